#!/bin/sh
# Opens an audit report in a real browser, without a window, in both languages, at 1280 and at 400
# pixels, and looks at it as a reader would: the heading and the pictures are visible, a large screen
# shows the whole answer, curves lead to their patients by keyboard, nothing is wider than the window, nothing is fetched,
# nothing is written to the console. report_check.sh PROGRAM FOLDER
set -eu
program=$1
folder=$2
rm -rf "$folder"
mkdir -p "$folder/profile"
"$program" --quiet synth --scenario audit_60 --output "$folder/hospital"
"$program" --quiet derive --input "$folder/hospital/resources" --site "$folder/hospital/site.json" \
    --output "$folder/endpoints.ndjson" --timeline "$folder/timeline.ndjson"
for language in en fr; do
    "$program" --quiet audit --endpoints "$folder/endpoints.ndjson" \
        --timeline "$folder/timeline.ndjson" --site "$folder/hospital/site.json" \
        --language $language --output "$folder/audit-$language"
    grep -q "<html lang=\"$language\">" "$folder/audit-$language/report.html"
done

# The page forbids scripts, so the probe goes into a copy without that rule. No ampersand in it: awk's
# sub() would put the match there.
probe='<script>window.onload = function () {
  var box = document.querySelector("h1").getBoundingClientRect();
  var pictures = Array.prototype.filter.call(document.querySelectorAll("svg"), function (svg) {
    var b = svg.getBoundingClientRect(); return [b.width > 200, b.height > 100].every(Boolean); });
  var bottom = Math.max.apply(null, Array.prototype.map.call(
    document.querySelectorAll(".first .answer, .first svg"),
    function (one) { return one.getBoundingClientRect().bottom; }));
  var reached = Array.prototype.filter.call(document.querySelectorAll("details.steps"),
    function (list) {
      list.open = true;
      var links = Array.prototype.slice.call(list.querySelectorAll("a"));
      return [links.length > 0, links.every(function (link) {
        link.focus();
        return [document.activeElement === link, link.tabIndex === 0,
          document.querySelector(link.getAttribute("href")) !== null].every(Boolean); })].every(Boolean);
    });
  var hidden = document.querySelectorAll("svg[role=img] a").length;
  window.scrollTo(0, 0);
  var facts = {bottom: Math.ceil(bottom), first: [window.innerWidth < 1100, bottom <= 900].some(Boolean),
    answers: document.querySelectorAll(".first .answer").length, steps: reached.length, hidden: hidden,
    heading: [box.width > 100, box.height > 10, box.top < 600].every(Boolean),
    pictures: pictures.length, fits: document.documentElement.scrollWidth <= window.innerWidth,
    fetched: performance.getEntriesByType("resource").length};
  parent.postMessage(JSON.stringify(facts), "*"); };</script>'
for language in en fr; do
    sed -e 's|<meta http-equiv="Content-Security-Policy"[^>]*>||' \
        "$folder/audit-$language/report.html" |
        awk -v probe="$probe" '{ sub(/<\/body>/, probe "</body>"); print }' \
            >"$folder/probe-$language.html"
done

browse() { # WINDOW FILE ARGUMENT...
    window=$1
    file=$2
    shift 2
    chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --disable-background-networking --user-data-dir="$folder/profile" \
        --window-size="$window,1600" --enable-logging=stderr --virtual-time-budget=5000 "$@" \
        "file://$(realpath "$file")" 2>"$folder/browser.log"
    if grep -q 'CONSOLE' "$folder/browser.log"; then
        grep 'CONSOLE' "$folder/browser.log"
        exit 1
    fi
}

# A frame of the wanted width: a browser window cannot be as narrow as a telephone.
frame() { # WIDTH PAGE
    printf '<!doctype html><html lang="en"><title>frame</title><body style="margin:0">'
    printf '<iframe src="%s" style="border:0;width:%spx;height:1600px"></iframe><script>' "$2" "$1"
    printf 'window.addEventListener("message", function (event) {'
    printf 'document.documentElement.setAttribute("data-probe", event.data); });</script></body>'
}

look() { # LANGUAGE WIDTH
    frame "$2" "probe-$1.html" >"$folder/frame.html"
    browse 1300 "$folder/frame.html" --dump-dom >"$folder/dom-$1-$2.html"
    facts=$(grep -o 'data-probe="[^"]*"' "$folder/dom-$1-$2.html" | head -n 1 | sed 's/&quot;/"/g')
    echo "$1, $2 pixels: $facts"
    case $facts in
    *'"heading":true'*'"fits":true'*'"fetched":0'*) ;;
    *) echo "the page fails at $2 pixels"; exit 1 ;;
    esac
    case $facts in
    *'"pictures":0'*) echo "no picture is visible"; exit 1 ;;
    esac
    # The four sentences and the picture stand on a screen of 1280 by 900; each step of a curve is
    # reached by keyboard, in the lists under the three pictures of progression and those after.
    case $facts in
    *'"first":true,"answers":4,"steps":'[0-9]*'"hidden":0'*) ;;
    *) echo "the first screen or the links of the curves fail at $2 pixels"; exit 1 ;;
    esac
    case $facts in
    *'"steps":'[0-5],*) echo "curves without a list of their steps"; exit 1 ;;
    esac
    frame "$2" "audit-$1/report.html" >"$folder/frame.html"
    browse 1300 "$folder/frame.html" --screenshot="$folder/report-$1-$2.png" >/dev/null
    [ -s "$folder/report-$1-$2.png" ]
}

for language in en fr; do
    for width in 1280 400; do
        look $language $width
    done
done

# Self-contained: no element asks for anything outside of the file.
if grep -nE '(src|href|url\()[="'"'"' (]*(https?:)?//' "$folder/audit-en/report.html" \
    "$folder/audit-fr/report.html" |
    grep -vE '<a [^>]*href="https?://' ; then
    echo "the report refers to something outside of itself"
    exit 1
fi
