"""The style sheet of the report: light, dark and print."""

from __future__ import annotations

from dbarch_widgets.render import palette
from dbarch_widgets.render.clean import one_line

_SEVERITY_DARK = {"high": "#ff8a80", "medium": "#ffb74d", "low": "#90b4d8", "info": "#b0b6bd"}
_SEVERITY_LIGHT = {**palette.SEVERITY, "info": "#5f6b76"}


def _severity(colours: dict[str, str]) -> str:
    return "".join(f"--{level}:{colour};" for level, colour in colours.items())


_LIGHT = (
    "--page:#f6f7f5;--paper:#fff;--ink:#1f2933;--muted:#55606b;--line:#d8dcdf;--soft:#eef1f2;--link:#0b5cad;"
    "--good:#2e6b34;" + _severity(_SEVERITY_LIGHT)
)
_DARK = (
    "--page:#14181c;--paper:#1c2228;--ink:#e6eaed;--muted:#a4aeb7;--line:#38424b;--soft:#252c33;--link:#8ec1ff;"
    "--good:#8fd19e;" + _severity(_SEVERITY_DARK)
)

_RULES = """
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,button:focus-visible,input:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}
.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem 1rem;z-index:2}
.frame{display:grid;grid-template-columns:13rem minmax(0,1fr);max-width:100rem;margin:0 auto}
nav{position:sticky;top:0;align-self:start;height:100vh;overflow:auto;padding:1.5rem 1rem;border-right:1px solid var(--line);font-size:.9rem}
nav strong{display:block;margin-bottom:.5rem;overflow-wrap:anywhere}
nav ul{list-style:none;margin:0;padding:0}
nav a{display:flex;justify-content:space-between;gap:.5rem;padding:.25rem .5rem;border-radius:4px;color:var(--ink);text-decoration:none}
nav a:hover{background:var(--soft)}
nav a span{color:var(--muted);font-variant-numeric:tabular-nums}
main{padding:1.5rem 2rem 4rem;min-width:0;overflow-wrap:break-word}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.3rem;margin:0 0 .75rem}
h3{font-size:1.05rem;margin:1.5rem 0 .5rem;overflow-wrap:anywhere}
h4{font-size:.95rem;margin:1rem 0 .25rem}
p{margin:.4rem 0}
main p,main li{max-width:75ch}
section{margin-top:2.5rem;padding-top:1.5rem;border-top:1px solid var(--line)}
.question{color:var(--muted);margin:0 0 .75rem}
.verdict{font-size:1.1rem;padding:.7rem 1rem;background:var(--paper);border:1px solid var(--line);border-left:6px solid var(--good);border-radius:6px;max-width:none}
.verdict.high{border-left-color:var(--high)}
.verdict.medium{border-left-color:var(--medium)}
.tiles{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:.75rem;list-style:none;margin:.75rem 0;padding:0}
.tiles a{display:block;padding:.5rem .9rem;background:var(--paper);border:1px solid var(--line);border-radius:6px;text-decoration:none;color:var(--ink)}
.tiles strong{font-size:1.5rem;font-variant-numeric:tabular-nums}
.tiles a:hover{border-color:var(--link)}
.two{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,1fr);gap:1rem 2rem}
.two h2{font-size:1.05rem;margin-bottom:.4rem}
.top{list-style:none;margin:0;padding:0}
.top li{padding:.4rem 0;border-top:1px solid var(--line);max-width:none;font-size:.95rem;line-height:1.4}
.facts{margin:0;padding-left:1.1rem;font-size:.93rem}
.facts li{margin-bottom:.3rem}
.mark{font-weight:600;white-space:nowrap}
.mark.high,.tiles .high strong{color:var(--high)}
.mark.medium,.tiles .medium strong{color:var(--medium)}
.mark.low,.tiles .low strong{color:var(--low)}
.mark.info,.tiles .info strong{color:var(--info)}
.meta{color:var(--muted);font-size:.88rem}
.finding,.card,.record{background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:.75rem 1rem;margin:.75rem 0;scroll-margin-top:1rem}
.finding{border-left:4px solid var(--info)}
.finding.high{border-left-color:var(--high)}
.finding.medium{border-left-color:var(--medium)}
.finding.low{border-left-color:var(--low)}
.finding h4,.finding p{margin:.15rem 0}
.finding h4{font-weight:600;max-width:90ch}
main .meta{max-width:110ch}
.card h3,.record h3{margin-top:0}
.card ul.of{list-style:none;padding:0;margin:.4rem 0}
:target{outline:2px solid var(--link);outline-offset:3px}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.87em}
code{overflow-wrap:anywhere}
pre{background:var(--soft);border-radius:4px;padding:.6rem .8rem;margin:.4rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--link)}
details>summary~*{margin-top:.4rem}
.scroll{overflow-x:auto;margin:.6rem 0}
.scroll:focus-visible{outline:3px solid var(--link);outline-offset:2px}
@media screen and (min-width:60rem){wbr{display:none}}
table{border-collapse:collapse;font-size:.9rem}
caption{text-align:left;font-weight:600;padding:.3rem 0;white-space:nowrap}
th,td{text-align:left;vertical-align:top;padding:.3rem .9rem .3rem 0;border-bottom:1px solid var(--line)}
th{color:var(--muted);font-weight:600;white-space:nowrap}
td{overflow-wrap:break-word;max-width:34rem}
td code{overflow-wrap:break-word}
td:first-child code{white-space:nowrap}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
figure{margin:1rem 0}
figure>img{background:#fff;border:1px solid var(--line);border-radius:6px}
#overview{border:1px solid var(--line);border-radius:6px;overflow:auto}
#overview svg{display:block;max-width:100%;height:auto;margin:0 auto}
#overview a:hover rect,#overview a:focus rect{stroke-width:2}
.dbarch-canvas{height:clamp(20rem,70vh,60rem)}
figure>img{max-width:100%;height:auto;padding:.25rem}
figcaption{color:var(--muted);font-size:.88rem;margin-top:.3rem}
.tools{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.5rem 0;font-size:.9rem}
.tools button,.tools input{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:4px;padding:.2rem .7rem}
.tools output{color:var(--muted)}
[hidden]{display:none!important}
.paper{display:none}
footer{margin-top:3rem;color:var(--muted);font-size:.85rem}
@media (max-width:60rem){.frame,.two{grid-template-columns:minmax(0,1fr)}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line)}nav ul{display:flex;flex-wrap:wrap}main{padding:1rem}}
@media (max-width:30rem){.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}}
@media screen and (max-width:40rem){#time tr{display:grid;grid-template-columns:repeat(3,minmax(0,1fr))}#time :is(caption,th){white-space:normal}#time :is(th,td){border-bottom:0}#time tr{border-bottom:1px solid var(--line)}#time :is(th,td):is(:first-child,:last-child){grid-column:1/-1}#time td{max-width:none}#time td:first-child code{white-space:normal}}
@media print{
:root{color-scheme:light;%LIGHT%}
@page{margin:17mm 15mm 16mm}
html{font-size:9.5pt}
body{background:#fff;line-height:1.4}
.paper{display:block}
nav,.tools,.skip,main .dbarch-diagram,#diagram>details.words .scroll,details.screen{display:none}
figure#overview[hidden]{display:block!important}
#overview svg,.paper-sheet svg{display:block;width:100%;height:auto;max-height:205mm;margin:0 auto}
.paper-sheet{display:inline-block;vertical-align:top;max-width:100%;margin:2mm 4mm 2mm 0}
.paper-sheet svg{width:auto;max-width:100%;zoom:.75}
.frame{display:block}
main{padding:0}
section{border-top:0;margin-top:1.5rem;padding-top:0}
#diagram,#findings,#tables,#workload{break-before:page;margin-top:0}
#tables>h2::before,#workload>h2::before,#import>h2::before,#not-run>h2::before{content:"Appendix: "}
main p,main li,.card ul.of li{max-width:none}
.finding,.record,.card{padding:.5rem .8rem;margin:.5rem 0}
.finding,figure,tr,.tiles,.top li{break-inside:avoid}
.record,.card,pre{-webkit-box-decoration-break:clone;box-decoration-break:clone}
h2,h3,h4,caption,thead,summary,.card>.meta,tbody tr:first-child:not(:last-child){break-after:avoid}
p,pre{orphans:3;widows:3}
details:not(.screen)::details-content{content-visibility:visible;block-size:auto}
details>summary{list-style:none;color:inherit;font-weight:600}
#overview{overflow:visible;border:0}
.scroll{overflow:visible}
a{color:inherit;text-decoration:none}
td:first-child code{white-space:normal}
#requirements table{width:100%;font-size:8.5pt;table-layout:fixed}
#requirements th{white-space:normal}
#requirements th,#requirements td{padding-right:.55rem}
#requirements th:nth-child(1){width:25mm}
#requirements th:nth-child(2){width:36mm}
#requirements th:nth-child(3){width:15mm}
#requirements th:nth-child(6){width:27mm}
#questions table{font-size:8.5pt}
#questions td{padding:.12rem .9rem .12rem 0}
#questions .scroll:last-child{columns:2;column-gap:8mm}
#questions .scroll:last-child :is(th,td){padding-right:.4rem}
#questions .scroll:last-child :is(th,td):nth-child(3){display:none}
#tables,#workload{font-size:8pt}
#tables table,#workload table{font-size:8pt}
#tables th,#tables td{padding:.1rem .8rem .1rem 0}
#tables details::details-content{display:flex;flex-wrap:wrap;gap:0 8mm;align-items:flex-start}
#tables summary{display:none}
#tables .scroll{margin:.2rem 0;max-width:100%}
#tables .scroll:not(:has(tbody tr:nth-child(9))),.card:not(:has(tbody tr:nth-child(9))):not(:has(.scroll:nth-of-type(6))){break-inside:avoid}
#tables details>.scroll:first-of-type td:nth-child(3){white-space:nowrap}
.card h3,.card>p,.card>.of{break-after:avoid}
#workload pre{columns:2;column-gap:8mm}
#workload th:nth-child(5){width:48mm}
#workload th:nth-child(7){width:42mm}
}
"""

CSS = (
    f":root{{color-scheme:light dark;{_LIGHT}}}@media (prefers-color-scheme:dark){{:root{{{_DARK}}}}}"
    + _RULES.replace("%LIGHT%", _LIGHT)
    + palette.page_css("#overview svg").replace("@media (", "@media screen and (")
).replace("\n", "")


def page_header(title: str) -> str:
    """What stands at the edge of each printed page: the title, from the second page on, and the page's number."""
    words = "".join(each if each.isalnum() and each.isascii() else f"\\{ord(each):x} " for each in one_line(title, 80))
    small = "font:8pt system-ui,sans-serif;color:#55606b"
    return (
        f'@page{{@top-left{{content:"{words}";{small}}}@bottom-right{{content:counter(page) " / " counter(pages);{small}}}}}'
        "@page:first{@top-left{content:none}}"
    )
