import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Was this body, given in pieces, signed with one of the secrets? `header` is `X-Hub-Signature-256`: `sha256=` and 64 hex digits.
 * Every secret is always compared, over digests of equal length, so that time tells nothing.
 */
export function isSigned(body: readonly Uint8Array[], header: string, secrets: readonly string[]): boolean {
  const claimed = digestOf(header);
  if (claimed === undefined) return false;
  let matches = 0;
  for (const secret of secrets) {
    const hmac = createHmac("sha256", secret);
    for (const piece of body) hmac.update(piece);
    matches += timingSafeEqual(hmac.digest(), claimed) ? 1 : 0;
  }
  return matches > 0;
}

function digestOf(header: string): Buffer | undefined {
  return /^sha256=[0-9a-f]{64}$/u.test(header) ? Buffer.from(header.slice("sha256=".length), "hex") : undefined;
}
