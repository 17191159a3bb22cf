/** A text of at most `most` characters, with … in place of what was cut. Never cuts a character in half. */
export function clip(text: string, most: number): string {
  const characters = Array.from(text.slice(0, most * 4));
  const whole = characters.length <= most && text.length <= most * 4;
  return whole ? text : `${characters.slice(0, most - 1).join("")}…`;
}
