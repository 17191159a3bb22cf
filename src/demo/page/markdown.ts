import { html, raw } from "hono/html";
import { toString } from "mdast-util-to-string";

import { type Block, parseMarkdown, type Root } from "../../domain/markdown.ts";

export type Html = ReturnType<typeof html>;

type Inline = Extract<Block, { type: "paragraph" }>["children"][number];
type Node = Block | Inline | Root | Extract<Block, { type: "table" }>["children"][number];

interface Reading {
  readonly source: string;
  /** May the boxes be clicked? */
  readonly editable: boolean;
  /** Web addresses that stand for this page's own. */
  readonly own: readonly string[];
  /** Open `<details>` of the author. */
  open: number;
}

/**
 * Markdown as GitHub would show it. HTML of the author is shown as text, but for a few tags without attributes.
 * Boxes are buttons named `box` whose value is the offset of their mark in `source`.
 */
export function renderMarkdown(source: string, view: { editable: boolean; own: readonly string[] }): Html {
  const reading: Reading = { source, ...view, open: 0 };
  const content = children(parseMarkdown(source), reading);
  return html`${content}${raw("</details>".repeat(reading.open))}`;
}

function children(node: Node, reading: Reading): Html[] {
  return "children" in node ? (node.children as Node[]).map((child) => render(child, reading)) : [];
}

function render(node: Node, reading: Reading): Html {
  switch (node.type) {
    case "paragraph":
      return html`<p>${children(node, reading)}</p>`;
    case "heading":
      return heading(node.depth, children(node, reading));
    case "text":
      return plain(node.value, reading);
    case "emphasis":
      return html`<em>${children(node, reading)}</em>`;
    case "strong":
      return html`<strong>${children(node, reading)}</strong>`;
    case "delete":
      return html`<del>${children(node, reading)}</del>`;
    case "inlineCode":
      return html`<code>${node.value}</code>`;
    case "break":
      return html`<br />`;
    case "thematicBreak":
      return html`<hr />`;
    case "blockquote":
      return quote(node, reading);
    case "code":
      return node.lang === "mermaid" ? chart(node.value) : html`<pre tabindex="0"><code>${node.value}</code></pre>`;
    case "list":
      return node.ordered === true
        ? html`<ol>
            ${children(node, reading)}
          </ol>`
        : html`<ul>
            ${children(node, reading)}
          </ul>`;
    case "listItem":
      return listItem(node, reading);
    case "link":
      return link(node.url, children(node, reading), reading);
    case "html":
      return authorsHtml(node.value, reading);
    case "table":
      return table(node, reading);
    case "definition":
      return html``;
    default:
      return html`${"children" in node ? children(node, reading) : toString(node)}`;
  }
}

function heading(depth: number, content: Html[]): Html {
  // Below the page's own headings.
  if (depth <= 2) return html`<h3>${content}</h3>`;
  if (depth === 3) return html`<h4>${content}</h4>`;
  return html`<h5>${content}</h5>`;
}

function quote(node: Extract<Block, { type: "blockquote" }>, reading: Reading): Html {
  const kind = /^\[!(?<kind>NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]/u.exec(toString(node))?.groups?.["kind"];
  if (kind === undefined) return html`<blockquote>${children(node, reading)}</blockquote>`;
  const name = kind.charAt(0) + kind.slice(1).toLowerCase();
  return html`<blockquote class="alert">
    <p><strong>${name}</strong></p>
    ${children(node, reading)}
  </blockquote>`;
}

function listItem(node: Extract<Block, { type: "list" }>["children"][number], reading: Reading): Html {
  const content = node.children.map((child, index) =>
    // The line itself stands beside its bullet.
    index === 0 && child.type === "paragraph" ? html`${children(child, reading)}` : render(child, reading),
  );
  if (typeof node.checked !== "boolean") return html`<li>${content}</li>`;
  const at = reading.source.indexOf("[", node.position?.start.offset ?? 0) + 1;
  const words = toString(node.children[0] ?? node)
    .replaceAll(/<!--.*?-->/gu, "")
    .trim();
  return html`<li class="task">
    <button
      role="checkbox"
      name="box"
      value="${at}"
      aria-checked="${node.checked ? "true" : "false"}"
      aria-label="${words}"
      ${reading.editable ? "" : "disabled"}
    ></button>
    <span>${content}</span>
  </li>`;
}

function table(node: Extract<Block, { type: "table" }>, reading: Reading): Html {
  const [head, ...rows] = node.children;
  // Figures stand under each other.
  const align = (column: number): string =>
    rows.every((row) => /^[\d.,]+$/u.test(toString(row.children[column] ?? row))) ? "right" : "left";
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          ${(head?.children ?? []).map(
            (cell, column) => html`<th scope="col" class="${align(column)}">${children(cell, reading)}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.children.map((cell, column) => html`<td class="${align(column)}">${children(cell, reading)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The bars of a chart without a drawing library; anything but bars is shown as it was written. */
function chart(source: string): Html {
  const labels = [...(/x-axis \[(?<list>.*)\]/u.exec(source)?.groups?.["list"] ?? "").matchAll(/"([^"]*)"/gu)];
  const bars = (/bar \[(?<list>[\d., ]*)\]/u.exec(source)?.groups?.["list"] ?? "").split(",").map(Number);
  const title = /title "(?<title>[^"]*)"/u.exec(source)?.groups?.["title"];
  if (labels.length === 0 || labels.length !== bars.length) return html`<pre tabindex="0"><code>${source}</code></pre>`;
  const most = Math.max(1, ...bars);
  return html`<figure class="chart">
    <figcaption>${title ?? "Chart"}</figcaption>
    <table>
      ${labels.map(
        ([, label], index) =>
          html`<tr>
            <th scope="row">${label ?? ""}</th>
            <td><progress max="${most}" value="${bars[index] ?? 0}" aria-hidden="true"></progress></td>
            <td class="right">${bars[index] ?? 0}</td>
          </tr>`,
      )}
    </table>
  </figure>`;
}

const ALLOWED = new Set(["details", "summary", "sub", "sup", "kbd", "br"]);

/** Comments vanish, a few harmless tags stay (without attributes), all else is text. */
function authorsHtml(value: string, reading: Reading): Html {
  const parts = value.split(/(<!--[\s\S]*?-->|<\/?[a-z][^>]*>)/giu).map((part) => {
    if (part.startsWith("<!--")) return html``;
    const tag = /^<(?<slash>\/?)(?<name>[a-z]+)\s*\/?>$/iu.exec(part)?.groups;
    const name = tag?.["name"]?.toLowerCase();
    if (name === undefined || !ALLOWED.has(name)) return html`${part}`;
    if (name === "details") {
      const opens = tag?.["slash"] === "";
      if (!opens && reading.open === 0) return html``;
      reading.open += opens ? 1 : -1;
    }
    return html`${raw(`<${tag?.["slash"] ?? ""}${name}>`)}`;
  });
  return html`${parts}`;
}

const SPECIAL =
  /(?<url>https?:\/\/[^\s<>()]+[^\s<>().,;:!?'"])|(?<far>\b[\w.-]+\/[\w.-]+)#(?<farNumber>\d+)\b|(?<![\w/&])#(?<number>\d+)\b|(?<![\w/.@])@(?<login>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\/[\w-]+)?)|~~(?<gone>[^~]+)~~/giu;

/** What GitHub makes of bare addresses, mentions, references and ~~struck~~ words. */
function plain(text: string, reading: Reading): Html {
  const parts: Html[] = [];
  let at = 0;
  for (const match of text.replace(/^\[![A-Z]+\]\s*/u, "").matchAll(SPECIAL)) {
    parts.push(html`${match.input.slice(at, match.index)}`, special(match, reading));
    at = match.index + match[0].length;
  }
  parts.push(html`${text.replace(/^\[![A-Z]+\]\s*/u, "").slice(at)}`);
  return html`${parts}`;
}

function special({ 0: all, groups = {} }: RegExpExecArray, reading: Reading): Html {
  const { url, far, farNumber, number, login, gone } = groups;
  if (url !== undefined) return link(url, [html`${url}`], reading);
  if (far !== undefined) return link(`https://github.com/${far}/issues/${farNumber}`, [html`${all}`], reading);
  if (number !== undefined) return html`<a href="/acme/incidents/issues/${number}">#${number}</a>`;
  if (login !== undefined) return html`<strong class="mention">@${login}</strong>`;
  return html`<del>${plain(gone ?? "", reading)}</del>`;
}

// oxlint-disable-next-line max-params -- an address and its words
function link(address: string, words: Html[], { own }: Reading): Html {
  const base = own.find((one) => address.startsWith(one));
  const href = base === undefined ? address : address.slice(base.length) || "/";
  if (base === undefined && !/^https?:\/\//iu.test(href)) return html`${words}`;
  return base === undefined
    ? html`<a href="${href}" rel="noreferrer">${words}</a>`
    : html`<a href="${href}">${words}</a>`;
}
