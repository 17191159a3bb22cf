import { createHmac } from "node:crypto";

import { describe, expect, it } from "vitest";

import { deliver, isSigned, PREVIOUS, SECRET, sign, someIssuesPayload, startTestServer } from "./support.ts";

const MUTANTS = Number(process.env["SIGNATURE_MUTANTS"] ?? 2_000);
const BODY = Buffer.from(JSON.stringify(someIssuesPayload()));

/** Small and seeded, so that a failure can be run again. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

/** A request that is nearly right: each kind once in turn, at a random spot. */
function mutant(kind: number, random: (below: number) => number): { body: Buffer; header: string } {
  const header = sign(BODY);
  const spot = "sha256=".length + random(64);
  const digit = "0123456789abcdef"[random(16)] ?? "0";
  const kinds: { body: Buffer; header: string }[] = [
    { body: flipped(BODY, random(BODY.length), random(8)), header },
    { body: BODY, header: header.slice(0, spot) + (header[spot] === digit ? "x" : digit) + header.slice(spot + 1) },
    { body: BODY.subarray(0, random(BODY.length)), header },
    { body: Buffer.concat([BODY, Buffer.from([random(256)])]), header },
    { body: BODY, header: header.slice(0, random(header.length)) },
    { body: BODY, header: header + digit },
    { body: BODY, header: header.toUpperCase() },
    { body: BODY, header: header.replace("sha256", "sha1") },
    { body: BODY, header: sign(BODY, SECRET.slice(0, random(SECRET.length))) },
    { body: BODY, header: sign(BODY, "development") },
    { body: BODY, header: sign(BODY, "") },
    { body: BODY, header: `sha1=${createHmac("sha1", SECRET).update(BODY).digest("hex")}` },
    { body: BODY, header: `${header},${header}` },
    { body: BODY, header: ` ${header}` },
  ];
  return kinds[kind % kinds.length] ?? { body: BODY, header: "" };
}

describe("a signature", () => {
  it("fits with either secret", () => {
    expect(isSigned([BODY], sign(BODY), [SECRET, PREVIOUS])).toBe(true);
    expect(isSigned([BODY], sign(BODY, PREVIOUS), [SECRET, PREVIOUS])).toBe(true);
    expect(isSigned([BODY], sign(BODY, PREVIOUS), [SECRET])).toBe(false);
    expect(isSigned([BODY], sign(BODY), [])).toBe(false);
  });

  it(`never fits a mutant (${MUTANTS} of 14 kinds)`, () => {
    const random = createRandom(20_261_121);
    let accepted = 0;

    for (let kind = 0; kind < MUTANTS; kind += 1) {
      const { body, header } = mutant(kind, random);
      if (isSigned([body.subarray(0, 7), body.subarray(7)], header, [SECRET, PREVIOUS])) accepted += 1;
    }

    expect(accepted).toBe(0);
  }, 300_000);
});

describe("over HTTP", () => {
  it("mutants of every kind are refused and nothing is kept", async () => {
    const server = await startTestServer();
    const random = createRandom(7);
    const statuses = new Set<number>();

    for (let kind = 0; kind < 140; kind += 1) {
      const { body, header } = mutant(kind, random);
      // HTTP takes blanks off the ends of a header: what is left is the right signature.
      if (header.startsWith(" ")) continue;
      const answer = await deliver(server.url, { body, headers: { "x-hub-signature-256": header } });
      statuses.add(answer.status);
    }
    await server.close();

    expect([...statuses]).toEqual([401]);
    expect(server.kept).toEqual([]);
  });

  it("changing the secret loses none of 1,000 deliveries", async () => {
    const server = await startTestServer();
    const order = Array.from({ length: 1_000 }, (_, index) => index);

    for (let at = 0; at < order.length; at += 20) {
      const answers = order.slice(at, at + 20).map(async (index) => {
        const id = `rotation-${index}`;
        return deliver(server.url, { id, secret: index < 500 ? PREVIOUS : SECRET });
      });
      expect((await Promise.all(answers)).every(({ status }) => status === 202)).toBe(true);
    }
    await server.close();

    expect(new Set(server.kept.map(({ id }) => id)).size).toBe(1_000);
  });
});
