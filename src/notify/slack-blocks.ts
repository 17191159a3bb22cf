import type { Notice } from "../domain/change.ts";

interface Text {
  readonly type: "plain_text" | "mrkdwn";
  readonly text: string;
  /** Without it, Slack makes links of addresses and names of channels in plain words. */
  readonly verbatim?: true;
}

interface Block {
  readonly type: "header" | "section";
  readonly text: Text;
}

export interface SlackMessage {
  /** What a notification on a phone shows. */
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** Slack takes 150 characters in a header, 3,000 in a section, 50 blocks; it cuts off messages that are much longer. */
const MOST_HEADER = 150;
const MOST_SECTION = 3_000;
const MOST_BLOCKS = 50;
const MOST_TEXT = 9_000;

/** A notice in Slack's Block Kit, within its limits. What people wrote cannot mention anybody, nor become a link. */
export function blocksOf({ heading, lines, link }: Notice): SlackMessage {
  const linked = `<${escapeUrl(link.url)}|${cut(link.text, MOST_HEADER, escapeSlack)}>`;
  const sections = sectionsOf(lines.map(escapeSlack), MOST_TEXT - linked.length - MOST_HEADER);
  return {
    text: cut(heading, MOST_HEADER, escapeSlack),
    blocks: [
      { type: "header", text: { type: "plain_text", text: cut(heading, MOST_HEADER) } },
      ...sections.slice(0, MOST_BLOCKS - 2).map((text) => section(text)),
      section(linked.length > MOST_SECTION ? cut(link.text, MOST_HEADER, escapeSlack) : linked),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** Slack reads `&`, `<` and `>` as its own: written out they are only characters, and `<!channel>` calls nobody. */
export function escapeSlack(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** Lines joined to sections, whole lines only; what does not fit any more is left out, and said so. */
function sectionsOf(lines: readonly string[], room: number): string[] {
  const sections: string[] = [];
  let left = room;
  for (const [index, line] of lines.entries()) {
    const short = line.length > MOST_SECTION ? "(a line too long for Slack)" : line;
    left -= short.length + 1;
    if (left < 0) return [...sections, `and ${lines.length - index} more lines`];
    const last = sections.at(-1);
    if (last === undefined || last.length + short.length + 1 > MOST_SECTION) sections.push(short);
    else sections.splice(-1, 1, `${last}\n${short}`);
  }
  return sections;
}

function section(text: string): Block {
  return { type: "section", text: { type: "mrkdwn", text, verbatim: true } };
}

/** Cut before it is escaped, so that no entity is cut in two. */
function cut(text: string, most: number, escape: (text: string) => string = (same) => same): string {
  const plain = text.replaceAll(/\p{Cc}+/gu, " ");
  let end = Math.min(plain.length, most);
  while (escape(plain.slice(0, end)).length > most) end -= 1;
  return escape(plain.slice(0, end)).toWellFormed();
}

/** The angle brackets and the bar would end the link. */
function escapeUrl(url: string): string {
  return escapeSlack(url).replaceAll("|", "%7C").replaceAll(" ", "%20");
}
