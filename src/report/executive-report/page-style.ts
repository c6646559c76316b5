/**
 * The page's style sheet; pinned by its hash in the page's content security policy, so no attribute
 * may hold style.
 */
export const PAGE_STYLE = `
:root{--bg:#f6f7f9;--card:#fff;--ink:#16202c;--soft:#55606e;--edge:#d9dee5;--accent:#1f5fa8;
  --good:#1c7a4d;--warn:#96590a;--bad:#b3261e;--goodbg:#e3f3ea;--warnbg:#fcf0dc;--badbg:#fbe6e4;
  --quiet:#e8ecf1;--allow:#0b6e7b;--hold:#6b46a8;--deny:#3a4654;--open:#8a94a0;--wide:#9c2a63;color-scheme:light}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--bg:#10151b;--card:#19212a;
  --ink:#e8edf3;--soft:#a4b0be;--edge:#313c48;--accent:#7db4f2;--good:#63cf98;--warn:#eab65f;
  --bad:#ff9389;--goodbg:#15352a;--warnbg:#3b2d14;--badbg:#44211f;--quiet:#28323d;
  --allow:#5cc7d6;--hold:#bfa2f5;--deny:#c9d2dc;--open:#8a94a0;--wide:#f08cc0;color-scheme:dark}}
:root[data-theme=dark]{--bg:#10151b;--card:#19212a;--ink:#e8edf3;--soft:#a4b0be;--edge:#313c48;
  --accent:#7db4f2;--good:#63cf98;--warn:#eab65f;--bad:#ff9389;--goodbg:#15352a;
  --warnbg:#3b2d14;--badbg:#44211f;--quiet:#28323d;
  --allow:#5cc7d6;--hold:#bfa2f5;--deny:#c9d2dc;--open:#8a94a0;--wide:#f08cc0;color-scheme:dark}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);
  font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;
  overflow-wrap:anywhere}
header,main,footer{max-width:1160px;margin:0 auto;padding:0 24px}
header{padding-top:28px;display:flex;gap:16px;align-items:flex-start;justify-content:space-between}
h1{font-size:22px;line-height:1.25;margin:0 0 4px}
h2{font-size:18px;margin:0 0 4px}
h3{font-size:15px;margin:20px 0 6px}
p{margin:0 0 10px}
.soft,.of,.none,.rest,figcaption,caption{color:var(--soft)}
.of{font-size:13px}
section{background:var(--card);border:1px solid var(--edge);border-radius:10px;
  padding:20px 22px;margin:18px 0}
section>p.soft{margin-bottom:14px}
.hero{display:grid;grid-template-columns:5fr 6fr;gap:12px 32px;align-items:start;margin-top:22px}
.numbers{display:grid;grid-template-columns:1fr 1fr;gap:12px 24px}
.big{font-size:52px;line-height:1;font-weight:700;letter-spacing:-.02em;margin:0 0 8px}
.was{font-size:14px;font-weight:600;color:var(--soft);margin:0 0 2px}
.big.bad,.big.costly{color:var(--bad)}.big.warn{color:var(--warn)}.big.good{color:var(--good)}
.aloud{font-size:23px;line-height:1.35;font-weight:600;margin:0 0 18px;max-width:44em}
.happened{font-size:17px;font-weight:600;margin:0 0 16px}
.verdict{border:1px solid var(--edge);border-left-width:5px;border-radius:8px;padding:12px 14px;margin:0 0 20px}
.verdict.good{border-left-color:var(--good)}.verdict.warn{border-left-color:var(--warn)}
.verdict.bad{border-left-color:var(--bad)}.verdict .mark{font-size:15px;margin-left:6px}
.verdict dl{display:flex;gap:8px 26px;font-size:14px;margin:4px 0 0}.verdict dl>div{flex:6 1 0}
.verdict dl>div:last-child{flex-grow:5}
.verdict ul.plain{margin:0}
.cost{font-size:14px;margin:12px 0 0}.numbers-said{margin:18px 0 0}
.near{white-space:nowrap}.band{font-size:14px;color:var(--soft);margin:0 0 12px}
.gravest{list-style:none;counter-reset:risk;display:grid;grid-template-columns:repeat(3,1fr);gap:12px;
  padding:0;margin:12px 0 0}
.gravest>li{counter-increment:risk;border:1px solid var(--edge);border-radius:8px;padding:12px 14px}
.gravest .title{font-weight:600;margin:0}.gravest .title::before{content:counter(risk) ". "}
.gravest dl{display:block;font-size:14px}.gravest dd{margin:0 0 6px}
.delta{font-size:13px;color:var(--soft)}.delta strong{color:var(--ink)}
.say{font-size:15px;line-height:1.4}.say .of{display:block;margin-top:4px}
h2 .of{font-weight:400;margin-left:10px}
dl.words{display:grid;grid-template-columns:repeat(5,1fr);gap:8px 22px;font-size:13px}
dl.words dt{color:var(--ink);font-weight:600}dl.words dd{color:var(--soft)}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;padding:0;margin:14px 0 0;font-size:14px}
nav summary{display:none}
a{color:var(--accent)}
h2.next{margin-top:22px}
.cards{display:grid;grid-template-columns:repeat(3,1fr);gap:12px;margin:14px 0 0;padding:0;list-style:none}
.cards li{border:1px solid var(--edge);border-radius:8px;padding:12px 14px;display:flex;flex-direction:column}
.cards .name{font-weight:600}
.cards .value{font-size:22px;font-weight:650;margin:2px 0 0}
.cards .asks{font-size:13px;color:var(--soft);margin:6px 0 0}
svg{display:block;max-width:100%}
svg text{fill:var(--soft);font-size:11px}
.bar,.stack{width:100%;height:8px;border-radius:4px;margin:8px 0 2px}
.stack{height:14px}
.back{fill:var(--quiet)}
.bar .fill{fill:var(--soft)}.bar.good .fill{fill:var(--good)}.bar.warn .fill{fill:var(--warn)}
.bar.bad .fill,.bar.costly .fill{fill:var(--bad)}
rect.allow{fill:var(--allow)}rect.require_approval{fill:var(--hold)}rect.deny{fill:var(--deny)}
rect.indeterminate{fill:var(--open)}
.stack rect:not(.back){stroke:var(--card);stroke-width:1.5;vector-effect:non-scaling-stroke}
figure{margin:0}
.trend{width:100%;height:auto}
.grid{stroke:var(--edge)}
.line{fill:none;stroke-width:2.5;stroke-linejoin:round}
.line.enforcement{stroke:var(--ink)}.line.oversight{stroke:var(--soft);stroke-dasharray:7 4}
.line.identity{stroke:var(--ink);stroke-dasharray:2 4}
.dot{fill:var(--ink)}.dot.oversight{fill:var(--soft)}
line.target{stroke:var(--good);stroke-width:1.5}line.alarm{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:11 3}
svg .end{font-size:12px;font-weight:600}svg .end.enforcement,svg .end.identity{fill:var(--ink)}
svg .end.target{fill:var(--good)}svg .end.alarm{fill:var(--bad)}
figcaption{font-size:13px}.keys{display:none}
.key.target::before{border-top:2px solid var(--good)}.key.alarm::before{border-top:2px dashed var(--bad)}
.key.oversight::before{border-top:3px dashed var(--soft)}.key.identity::before{border-top:3px dotted var(--ink)}
.key{margin-right:12px;white-space:nowrap}
.key::before{content:"";display:inline-block;width:22px;border-top:3px solid var(--ink);
  vertical-align:middle;margin-right:6px}
.key.allow::before,.key.require_approval::before,.key.deny::before,.key.indeterminate::before{
  width:12px;border-top-width:12px;border-radius:2px}
.key.allow::before{border-top-color:var(--allow)}.key.require_approval::before{border-top-color:var(--hold)}
.key.deny::before{border-top-color:var(--deny)}.key.indeterminate::before{border-top-color:var(--open)}
.mark{display:inline-block;border-radius:20px;padding:1px 10px;font-size:13px;font-weight:600;
  white-space:nowrap;background:var(--quiet);color:var(--ink)}
.mark.good{background:var(--goodbg);color:var(--good)}
.mark.bad,.mark.costly{background:var(--badbg);color:var(--bad)}
.mark.warn{background:var(--warnbg);color:var(--warn)}
.mark.widened{color:var(--wide)}.mark.hold{color:var(--hold)}
details.rest-of{display:inline}details.rest-of>summary{cursor:pointer;color:var(--accent)}
details.fold>summary{list-style:none}details.fold>summary::-webkit-details-marker{display:none}
details.fold>summary h2{display:inline-block}
.facts{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;margin:12px 0;padding:0;list-style:none}
.facts li{border-left:3px solid var(--edge);padding:2px 0 2px 12px}
.facts strong{display:block;font-size:22px;line-height:1.25}
.controls{display:grid;grid-template-columns:repeat(3,1fr);gap:12px;padding:0;margin:12px 0 0;list-style:none}
.controls li{border:1px solid var(--edge);border-left-width:5px;border-radius:8px;padding:12px 14px}
.controls li.met{border-left-color:var(--good)}.controls li.not-met{border-left-color:var(--bad)}
.controls p{margin:6px 0 0;font-size:14px}
.controls .title{font-weight:600;font-size:14px}
.controls .fields{font-size:12px;color:var(--soft)}
code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
  font-size:.84em}
.gravest .word,.verdict .word,.gravest .mono,.verdict .mono{display:inline-block;max-width:100%;vertical-align:baseline}
.gravest .word .mono,.verdict .word .mono{display:inline}
table{width:100%;border-collapse:collapse;font-size:14px}
caption{text-align:left;font-size:13px;padding:0 0 4px}
th,td{min-width:92px;text-align:left;vertical-align:top;padding:7px 10px 7px 0;
  border-bottom:1px solid var(--edge)}
th{padding-top:0}
.num{text-align:right;min-width:0}.num+:not(.num){padding-left:8px}
.name{min-width:168px;overflow-wrap:break-word}
.said{min-width:200px;overflow-wrap:break-word}
th{white-space:nowrap}.day{min-width:0;white-space:nowrap}
td.num{white-space:nowrap;font-variant-numeric:tabular-nums}
.tools{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;margin:8px 0;font-size:14px}
input,button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);
  border-radius:6px;padding:3px 9px}
button{cursor:pointer;white-space:nowrap}
th button.sort{border:0;padding:0;background:none;font-weight:600;text-align:inherit}
th[aria-sort=ascending] button::after{content:" \\2191"}
th[aria-sort=descending] button::after{content:" \\2193"}
button.open{font-size:13px;padding:2px 8px;border-color:var(--edge);color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
tr.more,tr.filtered{display:none}
.table.everything tr.more:not(.filtered){display:table-row}
.table{margin:0 0 14px}
.rest{font-size:13px;margin:6px 0 0;display:none}
.detail td{background:var(--bg);padding:8px 12px}
details.session{margin:4px 0}
details.session summary{cursor:pointer}
details.part{margin:10px 0;border-top:1px solid var(--edge);padding-top:8px}
details.part>summary{cursor:pointer;font-weight:600}
ol.steps{list-style:none;margin:6px 0 10px 6px;padding:0;border-left:2px solid var(--edge)}
ol.steps li{position:relative;padding:3px 0 3px 16px;font-size:13px}
ol.steps li::before{content:"";position:absolute;left:-6px;top:9px;width:10px;height:10px;
  border-radius:5px;background:var(--soft)}
ol.steps li.allow::before{background:var(--allow)}ol.steps li.deny::before{background:var(--deny)}
ol.steps li.require_approval::before{background:var(--hold)}
ol.steps .what{font-weight:600}
ol.steps pre{white-space:pre-wrap;margin:2px 0 0;color:var(--soft)}
dl{display:grid;grid-template-columns:minmax(120px,max-content) 1fr;gap:4px 18px;margin:8px 0 0}
dt{color:var(--soft)}dd{margin:0}
footer{padding-bottom:40px;color:var(--soft);font-size:13px}
ul.plain{padding-left:20px;margin:6px 0}
@media (max-width:900px){.hero{grid-template-columns:1fr}.gravest{grid-template-columns:1fr}.cards,.controls{
  grid-template-columns:repeat(2,1fr)}.facts,dl.words{grid-template-columns:repeat(2,1fr)}}
@media screen and (max-width:1160px){th,td{min-width:76px}.said{min-width:150px}
.name{min-width:122px;overflow-wrap:anywhere}
.num,.day{min-width:0}}
@media screen and (max-width:980px){
th,td,.name,.said{min-width:0}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,caption{display:block}tr{display:block;padding:8px 0;border-bottom:1px solid var(--edge)}
.table.everything tr.more:not(.filtered){display:block}
td,.num+td:not(.num){display:grid;grid-template-columns:108px minmax(0,1fr);gap:8px;border:0;padding:2px 0}
td.num{text-align:left;white-space:normal}
td::before{content:attr(data-label);color:var(--soft);font-size:13px}
.detail td{display:block}.detail td::before{content:none}
}
@media (max-width:640px){
header,main,footer{padding-left:12px;padding-right:12px}section{padding:16px 14px}
.verdict dl{flex-direction:column}.verdict .mark{margin-left:0}.big{font-size:40px}.aloud{font-size:20px}
nav summary{display:list-item;color:var(--accent)}nav ul{gap:0 20px;margin:0}
nav a{display:inline-block;padding:9px 0}main a,.rest-of>summary{padding:11px 0}
.tools button,button.open,.filter,#theme{min-height:36px}
details.fold>summary,details.session summary,details.part>summary{padding:7px 0;cursor:pointer}
details.fold>summary h2::before,nav summary::before{content:"▸ "}
details.fold[open]>summary h2::before{content:"▾ "}
.cards,.controls,.facts,dl.words{grid-template-columns:1fr}
header{padding-top:14px;position:relative;padding-bottom:1px}
#theme{position:absolute;right:12px;bottom:0}
svg.trend text{font-size:17px}svg.trend .end{font-size:19px}.when{display:none}
svg .end .what{display:none}.keys{display:block}
.key{display:inline-block}dl{grid-template-columns:1fr;gap:0}
dd{margin-bottom:6px}
}
@media print{
@page{size:A4;margin:16mm 12mm 15mm;
  @top-left{content:"agentz: what our agents may do, and who decides it";font:8pt system-ui,sans-serif;color:#4c5663}
  @bottom-right{content:"page " counter(page) " of " counter(pages);font:8pt system-ui,sans-serif;color:#4c5663}}
:root,:root[data-theme=dark]{--bg:#fff;--card:#fff;--ink:#16202c;--soft:#4c5663;--edge:#c9d0d8;
  --accent:#1f5fa8;--good:#1c7a4d;--warn:#96590a;--bad:#b3261e;--goodbg:#e3f3ea;
  --warnbg:#fcf0dc;--badbg:#fbe6e4;--quiet:#e8ecf1;
  --allow:#0b6e7b;--hold:#6b46a8;--deny:#3a4654;--open:#8a94a0;--wide:#9c2a63;color-scheme:light}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{font-size:9.2pt;line-height:1.36}h1{font-size:14pt}
header,main,footer{max-width:none;padding-left:0;padding-right:0}header{padding-top:0}
footer{font-size:6.9pt;padding-top:0;padding-bottom:0;break-before:avoid}
section{border:0;border-top:1px solid var(--edge);border-radius:0;padding:9px 0;margin:5px 0}h3{margin:10px 0 4px}
.aloud{font-size:12pt;margin-bottom:8px;max-width:none}#number{padding:5px 0 0;margin:2px 0 0;zoom:.9}
header p{margin:0}
caption,.rest{font-size:8.2pt}
.happened{font-size:9.5pt;margin-bottom:6px}.cost{font-size:8.2pt;margin:3px 0 0}.numbers-said{margin:7px 0 0}
.verdict{padding:6px 9px;margin-bottom:9px}.verdict dl{font-size:8.4pt;margin-top:2px}
.verdict dl>div{flex-grow:10}.verdict dl>div:nth-child(2){flex-grow:8}.verdict dl>div:last-child{flex-grow:6}
.verdict .mark{font-size:9.5pt}
.verdict dl>div:last-child ul{list-style:none;padding:0}.verdict dl>div:last-child li{display:inline}
.verdict dl>div:last-child li:not(:last-child)::after{content:"; "}
.gravest{grid-template-columns:repeat(3,1fr);margin-top:6px}
details.fold>summary h2::before,details.fold[open]>summary h2::before{content:none}
main a{color:inherit;text-decoration:none}nav,.tools,button.open,#theme{display:none}.rest{display:block}
.hero{grid-template-columns:11fr 10fr;gap:8px 18px;margin-top:7px}.cards{grid-template-columns:repeat(3,1fr)}
.controls{grid-template-columns:1fr}.controls li{display:grid;grid-template-columns:5fr 6fr 5fr;gap:4px 14px}
.numbers{gap:6px 14px}h2{font-size:12pt}h2.next{margin-top:7px}
.facts{grid-template-columns:repeat(4,1fr)}
dl.words{display:block;columns:3;column-gap:16px;font-size:7.4pt;line-height:1.28;margin-top:3px}
dl.words>div{break-inside:avoid;margin-bottom:2px}dl.words dt,dl.words dd{display:inline}
dl.words dt::after{content:": "}
.gravest>li,.cards li{padding:6px 9px}.gravest dl{font-size:8.4pt;margin-top:3px}.gravest dd{margin-bottom:3px}
.gravest .title{font-size:9pt}
.cards{gap:7px;margin-top:6px}.cards .value{font-size:13pt;margin:0}.bar{margin:3px 0 1px;height:6px}
.of,.cards .asks,.delta,figcaption{font-size:8pt}#candidates th,#candidates td{min-width:0;white-space:normal}
.cards .asks{margin-top:2px}.band{font-size:8.4pt;margin-bottom:5px}
th,td{min-width:80px;padding:2.5px 8px 2.5px 0}.day{min-width:0}.num{min-width:0}.name{min-width:116px}
.said{min-width:150px}#changes .name{min-width:88px}
tbody tr:nth-child(-n+2),tbody tr:last-child,tbody tr.end,.rest{break-before:avoid}
tr.more{display:table-row}tr.left,tr.filtered,.table.everything .rest{display:none}
.table.everything tr.left:not(.filtered){display:table-row}#approvals{break-inside:avoid}
details.part>summary{break-after:avoid;list-style:none}
tr,li,figure,.big,.verdict,.decided,.cards,.facts,caption,dl.words,#approvals .table,#points .table,
.part .table,#candidates .table{break-inside:avoid}h2,h3,caption,summary,.fold>p.soft{break-after:avoid}
.fold>p.soft{break-inside:avoid}
p{orphans:3;widows:3}#method dl,#method ul{font-size:8.2pt}#method dl{gap:1px 14px;margin-top:2px;line-height:1.25}
#method dl *{font-size:7.2pt}#method h3{margin:7px 0 2px}#method ul{margin:2px 0}
thead{display:table-header-group;break-inside:avoid}table{font-size:8pt}.table{margin-bottom:8px}
details.part{margin:6px 0;padding-top:4px}code,.mono{font-size:.95em}
.mark{font-size:8pt;padding:0 6px}.controls p,.controls .title{font-size:8.4pt}.big{font-size:30pt}
.was{font-size:8.4pt;margin:0}
.controls li{padding:7px 9px}.controls p{margin-top:2px}.controls p:first-child{margin-top:0}
.controls .fields{font-size:7.4pt}
.say{font-size:9.5pt;margin-bottom:0}.gravest,.cards,.controls,.verdict{margin-right:1px}
th button.sort{display:contents}
}`;
