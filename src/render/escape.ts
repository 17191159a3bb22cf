/** Characters without which no Markdown, HTML, table, mention or cross-reference can begin. */
const SPECIAL = /[\\`*_{}[\]()+!|~$^=]/gu;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{FEFF}\u{61C}]+/gu;
const ZERO = "\u200B";
/** Seven hex digits may name a commit; broken into sixes, no part of a longer one can either. */
const SIX_HEX = /[0-9a-f]{6}(?=[0-9a-f])/giu;

/**
 * The one way for people's text into what we write: it is shown as it was written, on one line, and does nothing.
 * It mentions nobody, refers to no issue or commit, opens no HTML, ends no table cell, forges no marker. What looks at
 * the characters before it (`_GH-1`, `_www.`) is not relied on: GitHub's own rules for that differ and change.
 */
export function quote(text: string): string {
  return text
    .replaceAll(CONTROL, " ")
    .trim()
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(SPECIAL, "\\$&")
    .replaceAll("@", `@${ZERO}`)
    .replaceAll("#", `#${ZERO}`)
    .replaceAll(/(gh)-(?=\d)/giu, `$1-${ZERO}`)
    .replaceAll(/(?<=:)\/\//gu, `/${ZERO}/`)
    .replaceAll(/www\./giu, (www) => `${www.slice(0, 3)}${ZERO}.`)
    .replaceAll(SIX_HEX, `$&${ZERO}`)
    .replace(/^(?:[-:]|\d{1,9}\.)/u, `${ZERO}$&`);
}

/** People's text in a code span: nothing in it is read as Markdown, and it looks like no marker of ours. */
export function code(text: string): string {
  const calm = text
    .replaceAll(CONTROL, " ")
    .replaceAll("`", "'")
    .replaceAll("|", "\u2758")
    .replaceAll("<!--", `<${ZERO}!--`)
    .trim();
  return calm === "" ? "` `" : `\`${calm}\``;
}

/**
 * A person's text of many lines, in a fence that nothing in it can close. It can be copied from there as it was: only
 * markers that we sign are disabled, since an old one would still be believed.
 */
export function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
  const bar = "`".repeat(longest + 1);
  const calm = text.replaceAll(/\r\n?/gu, "\n").replaceAll(/postmortem:(?=slot|state)/giu, `$&${ZERO}`);
  return `${bar}text\n${calm}\n${bar}`;
}

/** A link's address: http(s) only, and nothing that could end it early. */
export function address(url: string): string {
  if (!/^https?:\/\//u.test(url)) return "about:blank";
  return url.replaceAll(/[\s<>()\\"'`|\p{Cc}]/gu, (character) =>
    encodeURIComponent(character).replaceAll(/[()']/gu, (c) => `%${c.charCodeAt(0).toString(16)}`),
  );
}

/** The label of a node or bar in a mermaid chart: what every version of mermaid takes. */
export function chartLabel(text: string): string {
  const calm = text
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9 _.-]/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim()
    .slice(0, 40);
  return calm === "" ? "unnamed" : calm;
}
