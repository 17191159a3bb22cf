import { createHmac, timingSafeEqual } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";

import type { IssueRef } from "../domain/ids.ts";
import { Postmortem } from "../domain/postmortem.ts";

/** How we recognise our own comments and issues: a marker signed with the webhook secret, in what this app wrote. */
export interface Slots {
  /** The marker of a slot, as an HTML comment of one line. */
  mark(place: Place, slot: string): string;
  /** Is this marker ours, for this place and slot? Any secret in force will do, so that rotation loses nothing. */
  holds(text: string, place: Place, slot: string): boolean;
  /** The postmortem as an HTML comment, so that the store can be rebuilt from GitHub. */
  seal(postmortem: Postmortem): string;
  /**
   * The postmortem in a comment of ours, of this place; undefined when there is none, or it was tampered with. Without a
   * place: of wherever it was sealed, for an issue that was moved with its comments.
   */
  unseal(text: string, place?: Place): Postmortem | undefined;
}

/** Ids, never names: a renamed repository keeps its comments. */
export type Place = Pick<IssueRef, "repositoryId" | "number">;

const MARK = /<!-- postmortem:slot=(?<slot>[a-z0-9.-]+) sig=(?<sig>[0-9a-f]{16}) -->/u;
const STATE = /<!-- postmortem:state v1 (?<state>[\w-]+) sig=(?<sig>[0-9a-f]{16}) -->/u;
/** A state is a few kB; more than this is no state of ours. */
const MOST_STATE = 1_000_000;

export function createSlots(secrets: readonly string[]): Slots {
  const keys = secrets.map((secret) => createHmac("sha256", secret).update("postmortem markers").digest());
  const [first] = keys;
  if (first === undefined) throw new Error("Slots need a secret to sign with.");
  return {
    mark: (place, slot) => `<!-- postmortem:slot=${slot} sig=${sign(first, slotSeed(place, slot))} -->`,
    holds: (text, place, slot) => {
      const found = MARK.exec(text)?.groups;
      return found?.["slot"] === slot && verify(keys, slotSeed(place, slot), found["sig"] ?? "");
    },
    seal: (postmortem) => {
      const state = deflateRawSync(JSON.stringify(postmortem)).toString("base64url");
      return `<!-- postmortem:state v1 ${state} sig=${sign(first, `${slotSeed(postmortem.ref, "state")}:${state}`)} -->`;
    },
    unseal: (text, place) => {
      const found = STATE.exec(text)?.groups;
      if (found === undefined) return undefined;
      const { state = "", sig = "" } = found;
      const isOf = (sealed: Place): boolean => verify(keys, `${slotSeed(sealed, "state")}:${state}`, sig);
      if (place !== undefined) return isOf(place) ? stateIn(text) : undefined;
      const said = stateIn(text);
      return said !== undefined && isOf(said.ref) ? said : undefined;
    },
  };
}

/** For dry runs, which have no secret: what the app's own login wrote is believed without its signature. */
export function trustingSlots(): Slots {
  const slots = createSlots(["dry run"]);
  return {
    ...slots,
    holds: (text, _, slot) => MARK.exec(text)?.groups?.["slot"] === slot,
    unseal: (text) => stateIn(text),
  };
}

function stateIn(text: string): Postmortem | undefined {
  const state = STATE.exec(text)?.groups?.["state"];
  if (state === undefined) return undefined;
  const parsed = Postmortem.safeParse(inflated(state));
  return parsed.success ? parsed.data : undefined;
}

/** Undefined for what is no state: in a dry run nobody has signed it. */
function inflated(state: string): unknown {
  try {
    return JSON.parse(inflateRawSync(Buffer.from(state, "base64url"), { maxOutputLength: MOST_STATE }).toString());
  } catch {
    return undefined;
  }
}

function slotSeed(place: Place, slot: string): string {
  return `${place.repositoryId}#${place.number}:${slot}`;
}

function sign(key: Buffer, seed: string): string {
  return createHmac("sha256", key).update(seed).digest("hex").slice(0, 16);
}

function verify(keys: readonly Buffer[], seed: string, signature: string): boolean {
  const given = Buffer.from(signature.padEnd(16).slice(0, 16));
  return keys.map((key) => timingSafeEqual(Buffer.from(sign(key, seed)), given)).some(Boolean);
}
