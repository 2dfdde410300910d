// Names, comments and drawings are not ours: what could run or fetch is removed before it is shown.

const SVG_ELEMENTS = new Set(
  "svg g title desc defs path polygon polyline ellipse circle rect line text tspan a lineargradient radialgradient stop marker clippath".split(" "),
);
const HTML_ELEMENTS = new Set(
  "html head body figure figcaption details summary table caption thead tbody tr th td p ul ol li strong em code pre h2 h3 h4 h5 div span a br dl dt dd small".split(" "),
);
const CARD_LINK = /^#(?:table:|card:)/;

/** Remove unknown elements, handlers, and links that leave the page. */
export function clean(root, allowed) {
  for (const node of [...root.querySelectorAll("*")]) {
    if (!allowed.has(node.localName.toLowerCase())) node.remove();
  }
  for (const node of [root, ...root.querySelectorAll("*")]) {
    for (const { name, value } of [...node.attributes]) {
      const key = name.toLowerCase();
      const link = key === "href" || key.endsWith(":href") || key === "src" || key === "action" || key === "formaction";
      const leaves = /url\(\s*['"]?(?!['"]?#)|javascript:|@import|expression\(/i.test(value);
      if (key.startsWith("on") || (link && !value.startsWith("#")) || (!key.startsWith("xmlns") && leaves)) {
        node.removeAttribute(name);
      }
    }
  }
  return root;
}

/**
 * The drawing, from text or from an element of the page; null when it is none. The element stays as it is: there its ids begin
 * with what `data-prefix` says, since several drawings of one table are in one page.
 */
export function svgFrom(source) {
  if (source instanceof Element) {
    const svg = clean(source.cloneNode(true), SVG_ELEMENTS);
    const prefix = svg.dataset.prefix ?? "";
    for (const node of svg.querySelectorAll("[id]")) if (node.id.startsWith(prefix)) node.id = node.id.slice(prefix.length);
    for (const link of svg.querySelectorAll("a")) link.replaceWith(...link.childNodes);
    return svg;
  }
  const parsed = new DOMParser().parseFromString(source, "image/svg+xml");
  const root = parsed.documentElement;
  if (root.localName !== "svg" || parsed.querySelector("parsererror")) return null;
  return document.importNode(clean(root, SVG_ELEMENTS), true);
}

/** The elements of a small drawing without its own frame. */
export function svgParts(text) {
  return [...(svgFrom(`<svg xmlns="http://www.w3.org/2000/svg">${text}</svg>`)?.children ?? [])];
}

/** The nodes of a card, from text or from an element of the page. Ids are dropped: the element keeps them. */
export function cardFrom(source) {
  const root = source instanceof Element ? source.cloneNode(true) : new DOMParser().parseFromString(source, "text/html").documentElement;
  clean(root, HTML_ELEMENTS);
  const body = root.querySelector("body") ?? root;
  for (const node of body.querySelectorAll("[id]")) node.removeAttribute("id");
  return [...body.childNodes].map((node) => document.importNode(node, true));
}

/** The table that a link in a card leads to, "" for any other link. */
export function tableOfLink(link) {
  const target = link.getAttribute("href") ?? "";
  return CARD_LINK.test(target) ? target.replace(CARD_LINK, "") : "";
}
