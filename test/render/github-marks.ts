import { parseMarkdown } from "../../src/domain/markdown.ts";

export interface Node {
  readonly type: string;
  readonly value?: string;
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

/** Everything in the text of a comment that GitHub would turn into a mention, a reference or a link of its own. */
export function marksIn(markdown: string): string[] {
  return nodesOf(markdown)
    .filter(({ type }) => type === "text")
    .flatMap(({ value = "" }) => MARKS.filter(([, mark]) => mark.test(value)).map(([name]) => `${name} in ${value}`));
}

export function nodesOf(markdown: string): Node[] {
  return flatten(parseMarkdown(markdown));
}

/**
 * What a comment is made of without its words: every heading, row, cell, list entry, box, code span, link and piece of
 * HTML. People's words must not change it.
 */
export function skeletonOf(markdown: string): string {
  return bones(parseMarkdown(markdown));
}

function bones(node: Node & { readonly depth?: number; readonly checked?: boolean | null }): string {
  const own = [node.type, node.depth ?? "", node.checked ?? "", node.type === "html" ? node.value : ""].join(":");
  const inner = (node.children ?? []).filter(({ type }) => type !== "text").map(bones);
  return `(${own}${inner.join("")})`;
}

function flatten(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(flatten)];
}
