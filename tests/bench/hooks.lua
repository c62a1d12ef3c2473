-- What wrk asks, and how it tells what it saw: hooks.lua [BODY], without a body a GET.
function init(arguments)
    if arguments[1] then
        local file = assert(io.open(arguments[1], "rb"))
        wrk.method = "POST"
        wrk.body = file:read("*a")
        wrk.headers["Content-Type"] = "application/json"
        file:close()
    end
end

function done(summary, latency, requests)
    local faults = summary.errors
    io.write(string.format('RESULT {"requests": %d, "p50_us": %d, "p99_us": %d, "faults": %d}\n',
        summary.requests, latency:percentile(50), latency:percentile(99),
        faults.connect + faults.read + faults.write + faults.status + faults.timeout))
end
