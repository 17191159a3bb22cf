import { createHmac, timingSafeEqual } from "node:crypto";

/** Compares a body with the signature it came with. */
export interface SignatureCheck {
  /** The next piece, as it arrives: a large body in one go would keep everybody else waiting. */
  add(piece: Uint8Array): void;
  /** Was all that was added signed with one of the secrets? Ends the check. */
  fits(): boolean;
}

/**
 * `header` is `X-Hub-Signature-256`: `sha256=` and 64 hex digits; undefined when it is not. Every secret is always
 * compared, over digests of equal length, so that time tells nothing.
 */
export function checkSignature(header: string, secrets: readonly string[]): SignatureCheck | undefined {
  const claimed = digestOf(header);
  if (claimed === undefined) return undefined;
  const hmacs = secrets.map((secret) => createHmac("sha256", secret));
  return {
    add(piece) {
      for (const hmac of hmacs) hmac.update(piece);
    },
    fits() {
      let matches = 0;
      for (const hmac of hmacs) matches += timingSafeEqual(hmac.digest(), claimed) ? 1 : 0;
      return matches > 0;
    },
  };
}

function digestOf(header: string): Buffer | undefined {
  return /^sha256=[0-9a-f]{64}$/u.test(header) ? Buffer.from(header.slice("sha256=".length), "hex") : undefined;
}
