# More cases of the survival methods, from R's survival package alone (and cmprsk for Gray's test,
# where it is installed): degenerate data, ties, weights, strata, times of 1e-9 and 1e9, separation,
# collinearity, clusters. Run in this folder: Rscript gen_survival.R
# Simulated numbers come from fixed seeds; a case's generator is one line below.
library(survival)
source_lines <- readLines("common.R")
source_lines <- source_lines[!grepl("^suppressMessages|^VERS|^for \\(.k in", source_lines)]
VERS <- list(R=R.version.string, survival=as.character(packageVersion("survival")))
eval(parse(text=source_lines))
coxphf <- function(...) stop("not installed")
P <- "cases"

# --- Kaplan-Meier
case_km(P,"n1_event","one subject, one event",7,1,times=c(0,7,8),tau=9)
case_km(P,"n1_censored","one subject, censored",7,0,times=c(0,7,8),tau=9)
case_km(P,"all_tied_n5","all at one time, three events",rep(4,5),c(1,1,1,0,0),times=c(3,4,5),tau=6)
case_km(P,"zero_times_n8","events and censorings at time 0",c(0,0,0,1,2,2,5,9),c(1,1,0,1,0,1,1,0),times=c(0,1,2,9),tau=9,bp=FALSE)
set.seed(401); x <- rexp(40)
case_km(P,"tiny_times_n40","times of 1e-9, all within R's tolerance of a tie",x*1e-9,rbinom(40,1,.6),times=c(0,1e-9),tau=1e-9,bp=FALSE)
case_km(P,"huge_times_by_group","times of 1e9",round(x*1e9),rbinom(40,1,.6),group=rep(c("a","b","c"),length.out=40),times=c(0,1e9,3e9),tau=2e9,bp=FALSE)
case_km(P,"weighted_groups_conf80","weights with zeros, months, 80% intervals",ceiling(x*10),rbinom(40,1,.7),group=rep(1:2,20),w=rep(c(0,.5,1.7,2),10),conf=.8,times=c(1,5,20),tau=12,qs=c(.1,.5,.9),bp=FALSE)
entry <- function(id,start,stop,status) { f <- survfit(Surv(start,stop,status)~1,conf.type="log-log")
  emit(P,id,"km_delayed_entry","made by hand",list(start=arr(start),stop=arr(stop),status=arr(status)),list(n=f$n,time=arr(f$time),n_risk=arr(f$n.risk),n_event=arr(f$n.event),n_censor=arr(f$n.censor),surv=arr(f$surv),se_log_surv=arr(f$std.err),se_surv=arr(f$surv*f$std.err),cumhaz_nelson_aalen=arr(f$cumhaz),se_cumhaz=arr(f$std.chaz),lower_loglog=arr(f$lower),upper_loglog=arr(f$upper))) }
entry("risk_set_empties",c(0,0,4,5),c(2,3,8,9),c(1,1,1,0))
entry("entry_at_event_time",c(0,0,3,3,1),c(3,5,6,7,6),c(1,0,1,1,0))

# --- log-rank
case_lr(P,"no_events","nobody had an event",c(1,2,3,4),rep(0,4),c("a","a","b","b"),perm=FALSE)
case_lr(P,"one_group_at_risk","the only event when one group is left",c(1,2,3,4),c(0,0,0,1),c("a","a","b","b"))
set.seed(402); n <- 90; y <- rexp(n,.06); ce <- runif(n,2,30)
case_lr(P,"strata3_groups3_ties","simulated months, three strata and groups",ceiling(pmin(y,ce)),as.integer(y<=ce),rep(c("x","y","z"),30),strata=rep(1:3,each=30))
case_lr(P,"zero_times_n14","events at time 0",c(0,0,0,1,1,2,2,3,3,4,5,6,7,7),c(1,0,1,1,1,0,1,1,0,1,1,0,1,1),rep(c("b","a"),7))
case_lr(P,"tiny_scale_n60","times of 1e-3",round(pmin(y,ce)[1:60],2)*1e-3,as.integer(y<=ce)[1:60],rep(c("x","y"),30),perm=FALSE)

# --- Cox
set.seed(403); n <- 80; X <- data.frame(offset6=1e6+round(rnorm(n),3),grp=rbinom(n,1,.4),marker=round(rlnorm(n,3,1),1),level=sample(-1:1,n,TRUE))
lt <- rexp(n,.05*exp(.5*(X$offset6-1e6)-.4*X$grp)); ce <- runif(n,2,40); mo <- ceiling(pmin(lt,ce)); st <- as.integer(lt<=ce)
case_cox(P,"offset_1e6_ties","a covariate of 1e6 + small, months",mo,st,X)
case_cox(P,"strata_text_ties","strata named by text",mo,st,X[,c(1,3)],strata=rep(c("west","east"),n/2))
case_cox(P,"weights_robust_2cov","weights, sandwich variance",mo,st,X[,c(1,2)],w=round(runif(n,.3,3),2),zph=FALSE,robust=TRUE)
case_cox(P,"weights_whole","whole weights as counts",mo,st,X[,c(1,2)],w=sample(1:4,n,TRUE),zph=FALSE)
case_cox(P,"constant_column","a constant covariate",mo[1:30],st[1:30],data.frame(a=rep(.1,30),b=X$marker[1:30]))
case_cox(P,"no_events_n6","no events",c(1,2,3,4,5,6),rep(0,6),data.frame(a=c(1,5,2,3,3,1)))
case_cox(P,"separation_n10","no event in group 0",c(2,4,5,7,9,12,12,15,18,20),c(1,1,0,1,1,0,0,0,0,0),data.frame(x=c(1,1,1,1,1,0,0,0,0,0)))
case_cox(P,"all_tied_n8","all events at one time",rep(3,8),c(1,1,1,0,1,0,1,1),data.frame(a=c(1,5,2,3,3,1,4,2)))
case_cox(P,"zero_time_event","an event at time 0: no log transform",c(0,1,2,3,4,5,6,7),c(1,1,0,1,1,1,0,1),data.frame(a=c(1,5,2,3,3,1,4,2)))
cl <- rep(1:20,each=4); w <- round(runif(n,.5,2),2)
cluster1 <- function(ties) { f <- coxph(Surv(mo,st)~offset6+grp,data=X,weights=w,cluster=cl,ties=ties,control=coxph.control(eps=1e-14,iter.max=60,toler.chol=1e-15)); list(beta=arr(coef(f)),se=arr(sqrt(diag(f$var))),var=f$var,naive_var=f$naive.var,robust_score_test=f$rscore,wald_test=f$wald.test,loglik=f$loglik[2],loglik_null=f$loglik[1],score_test=f$score,concordance=unname(f$concordance["concordance"]),martingale_residuals=arr(residuals(f,"martingale"))) }
emit(P,"clusters_weights","cox","simulated months, clusters of four",list(time=arr(mo),status=arr(st),covariate_names=arr(c("offset6","grp")),X=unname(as.matrix(X[,1:2])),strata=NULL,weight=arr(w),cluster=arr(cl)),list(efron=cluster1("efron"),breslow=cluster1("breslow")),"coxph(cluster=): influence summed by cluster before squaring",1e-8)

# --- Firth (the R implementation of common.R)
case_firth(P,"months_2cov_ties","simulated months",mo[1:24],st[1:24],as.matrix(X[1:24,c(2,3)]))
case_firth(P,"separation_ties_n12","no event in group 0, ties",c(2,2,5,5,9,12,12,15,15,20,20,20),c(1,1,1,0,1,1,0,0,0,0,0,0),cbind(x=rep(1:0,each=6),z=c(3,1,4,1,5,9,2,6,5,3,5,8)))

# --- restricted mean: the formulas of survRM2, written out
rmst_arm <- function(time,status,tau) { f <- survfit(Surv(time,status)~1); k <- f$time<=tau; a <- diff(c(0,sort(c(f$time[k],tau))))*c(1,f$surv[k]); v <- ifelse(f$n.risk[k]==f$n.event[k],0,f$n.event[k]/(f$n.risk[k]*(f$n.risk[k]-f$n.event[k]))); list(m=sum(a),v=sum(cumsum(rev(a[-1]))^2*rev(c(v,0))[-1])) }
rmst_case <- function(id,time,status,arm,tau) { z <- qnorm(.975); o <- lapply(1:0,function(g) rmst_arm(time[arm==g],status[arm==g],tau)); part <- function(r) list(rmst=r$m,se=sqrt(r$v),lower=r$m-z*sqrt(r$v),upper=r$m+z*sqrt(r$v),rmtl=tau-r$m)
  d <- o[[1]]$m-o[[2]]$m; s <- sqrt(o[[1]]$v+o[[2]]$v); lr <- function(a,b) { l <- log(a)-log(b); e <- sqrt(o[[1]]$v/a^2+o[[2]]$v/b^2); arr(c(exp(l),exp(l-z*e),exp(l+z*e),2*pnorm(-abs(l)/e))) }
  emit(P,id,"rmst","made by hand or simulated",list(time=arr(time),status=arr(status),arm=arr(arm),tau=tau),list(tau=tau,arm1=part(o[[1]]),arm0=part(o[[2]]),diff_arm1_minus_arm0=arr(c(d,d-z*s,d+z*s,2*pnorm(-abs(d)/s))),ratio_arm1_over_arm0=lr(o[[1]]$m,o[[2]]$m),rmtl_ratio=lr(tau-o[[1]]$m,tau-o[[2]]$m)),"formulas of survRM2::rmst2, written out in gen_survival.R") }
rmst_case("months_tau20",mo,st,X$grp,20)
rmst_case("one_arm_without_events",c(3,5,8,9,4,6,7,9),c(1,1,0,0,0,0,0,0),c(0,0,0,0,1,1,1,1),9)

# --- competing risks: survfit's Aalen-Johansen; curves and Gray's test where cmprsk is installed
aj_only <- function(id,time,cause,group=NULL) { g <- if (is.null(group)) rep("all",length(time)) else group; e <- list()
  for (k in sort(unique(g))) { i <- g==k; f <- survfit(Surv(time[i],factor(cause[i],levels=0:max(cause)))~1); e[[k]] <- list(time=arr(f$time),states=arr(f$states),pstate=unname(f$pstate),std_err=unname(f$std.err)) }
  emit(P,id,"competing_risks","simulated",list(time=arr(time),cause=arr(cause),cause_code="0 = censored, 1.. = causes",group=if(is.null(group)) NULL else arr(g),times=arr(numeric(0))),list(aalen_johansen_survfit=e),"survival::survfit alone") }
set.seed(404); ca <- sample(0:3,60,TRUE,prob=c(3,3,2,1)); tt <- floor(rexp(60,.2))
aj_only("aj_three_causes_ties",tt,ca); aj_only("aj_groups_no_censoring",tt[1:30],pmax(ca[1:30],1),rep(c("p","q"),15))
if (requireNamespace("cmprsk",quietly=TRUE)) { library(cmprsk); VERS$cmprsk <- as.character(packageVersion("cmprsk"))
  case_cif(P,"gray_three_groups_ties","simulated, zero times",tt,ca,rep(c("p","q","r"),20),c(0,2,5,30))
  case_cif(P,"gray_group_without_cause","one group never has cause 2",c(1,2,3,4,5,6,7,8),c(1,2,0,1,1,0,1,1),rep(c("a","b"),4),c(2,4,9)) }

# --- one-sample log-rank
case_osl(P,"edges_n8","references without events, with S = 0, steep",c(0,2,2,5,8,8,11,14),c(1,1,0,1,0,1,1,0),list(list(type="exponential",S=1,t0=24),list(type="weibull",S=.1,t0=6,shape=3),list(type="step",times=c(2,5,11),surv=c(.8,.5,0)),list(type="step",times=c(2,5),surv=c(.8,.5))))

# --- Turnbull: exact and right-censored times are Kaplan-Meier
tk <- c(3,3,5,6,8,8,9,12,14,14); sk <- c(1,0,1,1,0,1,1,0,1,0); f <- survfit(Surv(tk,sk)~1); j <- f$n.event>0
emit(P,"exact_and_right_censored","turnbull","made by hand",list(left=arr(tk),right=arr(ifelse(sk==1,tk,Inf))),list(npmle=list(left=arr(c(f$time[j],14)),right=arr(c(f$time[j],Inf)),prob=arr(c(-diff(c(1,f$surv[j])),tail(f$surv,1)))),loglik=sum(log(-diff(c(1,f$surv[j])))*f$n.event[j])+sum(vapply(tk[sk==0],function(t) log(tail(f$surv[f$time<=t],1)),0))),"the jumps of survfit",1e-9)
