const HIDDEN = "[hidden]";

/** What GitHub's tokens, JSON web tokens, keys and basic or bearer headers look like, wherever they turn up. */
const SHAPES = [
  /\bgh[opusr]_[A-Za-z0-9_.-]{8,}/gu,
  /\bgithub_pat_[A-Za-z0-9_]{8,}/gu,
  /\bv1\.[0-9a-f]{40}\b/gu,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/gu,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gu,
  /\b(?:bearer|token|basic) [\w.~+/=-]{8,}/giu,
  /\bsha(?:1|256)=[0-9a-f]{40,64}\b/gu,
  /https:\/\/hooks\.slack\.com\/services\/[\w/-]+/gu,
  /(?<=\bpostgres(?:ql)?:\/\/[^:@\s/]{0,100}:)[^@\s]+(?=@)/gu,
];

/**
 * Takes secrets out of a line of text: the given ones, letter by letter, and everything shaped like one.
 * Works on the finished line, so no level and no error object gets round it.
 */
export function createScrub(secrets: readonly string[]): (line: string) => string {
  const known = secrets.flatMap(forms).filter((form) => form.length >= 8);
  return function scrub(line) {
    let scrubbed = line;
    for (const form of known) scrubbed = scrubbed.replaceAll(form, HIDDEN);
    for (const shape of SHAPES) scrubbed = scrubbed.replaceAll(shape, HIDDEN);
    return scrubbed;
  };
}

/** A secret as it is, as JSON writes it, each line of a key, and as base64. */
function forms(secret: string): string[] {
  const lines = secret.split("\n").filter((line) => line.length >= 8 && !line.startsWith("-----"));
  const encoded = Buffer.from(secret).toString("base64");
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), encoded, ...lines])].sort(
    (a, b) => b.length - a.length,
  );
}
