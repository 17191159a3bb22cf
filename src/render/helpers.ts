import type Handlebars from "handlebars";
import { z } from "zod";

import { address, chartLabel, code, fence, quote } from "./escape.ts";

const Text = z.union([z.string(), z.number()]).transform(String);
const Texts = z.array(z.string());

/** The few helpers a template has. Each refuses what is missing: a hole in a view is an error, not an empty string. */
export const HELPERS: Readonly<Record<string, Handlebars.HelperDelegate>> = {
  quote: (text: unknown) => quote(Text.parse(text)),
  code: (text: unknown) => code(Text.parse(text)),
  url: (text: unknown) => address(Text.parse(text)),
  chart: (text: unknown) => chartLabel(Text.parse(text)),
  codes: (texts: unknown) => Texts.parse(texts).map(code).join(", "),
  quotes: (texts: unknown) => Texts.parse(texts).map(quote).join(", "),
  fence: (text: unknown) => fence(Text.parse(text)),
  /** A list's place, counted from 1. */
  nth: (index: unknown) => z.number().parse(index) + 1,
  box: (checked: unknown) => (z.boolean().parse(checked) ? "x" : " "),
};
