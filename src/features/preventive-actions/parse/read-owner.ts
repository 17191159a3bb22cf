import type { Range } from "../../../domain/markdown.ts";
import { isInitials } from "./label.ts";
import { blank, LINK_FILLER, withoutLinks, type MaskedText } from "./masked-text.ts";

export interface Owner {
  readonly owner: string;
  readonly ownerKind: "login" | "name";
  readonly range: Range;
}

/** Takes the owner out of an entry: `Owner: …`, a mention at either end, initials in brackets or in bold at either end. */
export function takeOwner(masked: MaskedText): Owner | undefined {
  for (const { pattern, accepts } of FORMS) {
    const match = pattern.exec(withoutLinks(masked.text));
    const written = match?.groups?.["who"];
    if (match === null || written === undefined || !accepts(written)) continue;
    const start = match.index + (match[0].length - match[0].trimStart().length);
    const end = match.index + match[0].trimEnd().length;
    blank(masked, start, end);
    return { ...ownerFrom(written), range: { start: masked.start + start, end: masked.start + end } };
  }
  return undefined;
}

/** Who is meant by the words of an owner's cell or label: the first mention, else the name as written. */
export function ownerFrom(written: string): Pick<Owner, "owner" | "ownerKind"> {
  const login = /@([\p{L}\p{N}][\w-]*(?:\/[\w.-]+)?)/u.exec(written)?.[1];
  if (login !== undefined) return { owner: login, ownerKind: "login" };
  return { owner: written.replaceAll(/[*_`]/gu, "").replaceAll(/\s+/gu, " ").trim(), ownerKind: "name" };
}

const LOGIN = String.raw`(?<![\w/.@])@[a-zA-Z\d](?:[\w-]{0,38})(?:\/[\w.-]+)?`;
const MENTION = String.raw`[\x60*(\[]*${LOGIN}[\x60*)\]]*`;
const MENTIONS = String.raw`${MENTION}(?:\s*(?:(?:[,&/+]|and)\s*)?${MENTION}){0,5}`;
const CAPITALS = String.raw`\p{Lu}[\p{Lu}'’-]{1,14}(?:\s*[,/&+]\s*\p{Lu}[\p{Lu}'’-]{1,14}){0,5}`;

/** Behind an owner at the end stand only links and punctuation, which stay. */
const TAIL = String.raw`(?=[\s.,;:|)${LINK_FILLER}]*$)`;

const FORMS: readonly { readonly pattern: RegExp; readonly accepts: (written: string) => boolean }[] = [
  {
    pattern:
      /(?:[-–—|,;]\s*)?[([*_]{0,3}\b(?:owners?|assignees?|assigned to|responsible|dri)\b[*_]{0,2}\s*[:=][*_]{0,2}\s*(?<who>@?[\p{L}\d][\w.\-’']*(?:\/[\w-]+)?(?: \p{Lu}[\p{L}'’-]+)?)[)\]*_]{0,3}/iu,
    accepts: isSomebody,
  },
  {
    pattern: new RegExp(String.raw`(?:(?:^|\s)[|:–—-]+)?\s*(?:\((?:by|owner)?\s*)?(?<who>${MENTIONS})${TAIL}`, "u"),
    accepts: isSomebody,
  },
  { pattern: new RegExp(String.raw`^\s*(?<who>${MENTIONS})\s*(?:[:–—-]+|to\b)?`, "u"), accepts: isSomebody },
  { pattern: new RegExp(String.raw`[([]\s*(?<who>${CAPITALS})\s*[)\]](?!\()${TAIL}`, "u"), accepts: isInitials },
  { pattern: new RegExp(String.raw`^\s*[([]\s*(?<who>${CAPITALS})\s*[)\]](?!\()\s*[:–—-]?`, "u"), accepts: isInitials },
  {
    pattern: new RegExp(
      String.raw`\*\*(?<who>${CAPITALS})(?:\s+[-–—]\s[^*]*)?\*\*(?:\s*[/,&]\s*\p{Lu}{2,4})*${TAIL}`,
      "u",
    ),
    accepts: isInitials,
  },
  {
    pattern: new RegExp(
      String.raw`^\s*\*\*(?<who>${CAPITALS})(?:\s+[-–—]\s[^*]*)?:?\*\*(?:\s*[/,&]\s*\p{Lu}{2,4})*\s*[:–—-]?`,
      "u",
    ),
    accepts: isInitials,
  },
];

function isSomebody(written: string): boolean {
  return !/^(?:tbd|tba|tbc|none|n\/?a|nobody|unassigned|\?+|-+)$/iu.test(written.trim());
}
