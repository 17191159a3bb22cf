import { sectionsOf } from "./sections.ts";

/** The body without the sections in which nobody has written yet: the names of our own prompts say nothing of an incident. */
export function writtenText(body: string): string {
  let written = "";
  let at = 0;
  for (const { start, end, empty } of sectionsOf(body)) {
    if (!empty || end <= at) continue;
    written += body.slice(at, Math.max(at, start));
    at = end;
  }
  return written + body.slice(at);
}
