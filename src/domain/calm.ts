/** A person's words in a line that we write for them: they mention nobody and open or close no comment. */
export function calm(text: string): string {
  return text.replaceAll("@", "@\u200B").replaceAll("<!--", "<\u200B!--").replaceAll("-->", "--\u200B>");
}
