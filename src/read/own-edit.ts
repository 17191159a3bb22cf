import type { LastWrite } from "../apply/written.ts";
import { mergeEdit } from "../features/postmortem/merge-edit.ts";

/**
 * The text a delivery is planned from. Commands add to the text, so what an earlier attempt of the same delivery added
 * is taken out first, and what people wrote since stays: planned twice, it is added once.
 */
export function textToPlanFrom(body: string, deliveryId: string, write: LastWrite | undefined): string {
  if (write?.planned === undefined || write.delivery !== deliveryId) return body;
  if (body === write.wrote) return write.planned;
  // Undefined: it never reached GitHub, or a person has changed the same lines since.
  return mergeEdit(write.wrote, write.planned, body) ?? body;
}
