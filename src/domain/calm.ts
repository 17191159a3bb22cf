const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{FEFF}\u{61C}]+/gu;
const ZERO = "\u200B";

/**
 * A person's words in a line that we write into their issue: they stay on it, mention nobody, open no HTML and no
 * comment and forge no marker. Links and references are theirs to write.
 */
export function calm(text: string): string {
  return text
    .replaceAll(CONTROL, " ")
    .replaceAll("@", `@${ZERO}`)
    .replaceAll(/<(?=[a-z/!?])/giu, `<${ZERO}`)
    .replaceAll("-->", `--${ZERO}>`);
}
