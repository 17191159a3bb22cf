import { parseMarkdown } from "../../src/domain/markdown.ts";

export interface Node {
  readonly type: string;
  readonly value?: string;
  readonly lang?: string | null | undefined;
  readonly url?: string;
  readonly children?: readonly Node[];
}

/**
 * What GitHub would act on in plain words, stricter than GitHub itself: an `@` before any letter or digit counts as a
 * mention (and as an e-mail address), whatever stands before it; seven hex digits count as a commit wherever they stand.
 */
const MARKS: readonly (readonly [string, RegExp])[] = [
  ["mention", /@[a-z0-9]/iu],
  ["issue", /#\d/u],
  ["issue", /gh-\d/iu],
  ["commit", /[0-9a-f]{7}/iu],
  ["address", /:\/\//u],
  ["address", /www\./iu],
];

/** A comment as GitHub would read it, from one reading: there are hundreds of thousands of them to look at. */
export interface Reading {
  readonly nodes: readonly Node[];
  /** Everything in its text that GitHub would turn into a mention, a reference or a link of its own. */
  readonly marks: readonly string[];
  /**
   * What it is made of without its words: every heading, row, cell, list entry, box, code span, link and piece of HTML.
   * People's words must not change it.
   */
  readonly skeleton: string;
}

export function readComment(markdown: string): Reading {
  const root = parseMarkdown(markdown);
  const nodes = flatten(root);
  return { nodes, marks: marksAmong(nodes), skeleton: bones(root) };
}

export function marksIn(markdown: string): readonly string[] {
  return readComment(markdown).marks;
}

export function nodesOf(markdown: string): readonly Node[] {
  return readComment(markdown).nodes;
}

function marksAmong(nodes: readonly Node[]): string[] {
  return nodes
    .filter(({ type }) => type === "text")
    .flatMap(({ value = "" }) => MARKS.filter(([, mark]) => mark.test(value)).map(([name]) => `${name} in ${value}`));
}

function bones(node: Node & { readonly depth?: number; readonly checked?: boolean | null }): string {
  const own = [node.type, node.depth ?? "", node.checked ?? "", node.type === "html" ? node.value : ""].join(":");
  const inner = (node.children ?? []).filter(({ type }) => type !== "text").map(bones);
  return `(${own}${inner.join("")})`;
}

function flatten(node: Node, into: Node[] = []): Node[] {
  into.push(node);
  for (const child of node.children ?? []) flatten(child, into);
  return into;
}
