import { describe, expect, it } from "vitest";

import { isCaughtUp } from "./settle.ts";

const BACK_AT = "2026-11-20T10:00:00.000Z";
const LIST = "/app/hook/deliveries?per_page=100&status=failure";

function at(second: number, path: string, status = 200): { at: string; path: string; status: number } {
  return { at: `2026-11-20T10:00:${String(second).padStart(2, "0")}.000Z`, path, status };
}

describe("the end of a chaos run waits", () => {
  it("until two looks for missed webhooks found nothing more", () => {
    expect(isCaughtUp([at(1, LIST), at(1, "/app/hook/deliveries/7"), at(16, LIST)], BACK_AT)).toBe(true);
  });

  it("for the second look, however many pages the first one had", () => {
    expect(isCaughtUp([at(1, LIST), at(1, `${LIST}&cursor=v1_9`), at(2, `${LIST}&cursor=v1_5`)], BACK_AT)).toBe(false);
  });

  it("for another look after one that found something, as that one may have broken off", () => {
    const broken = [at(1, LIST), at(16, LIST), at(16, "/app/hook/deliveries/7", 403)];

    expect(isCaughtUp(broken, BACK_AT)).toBe(false);
    expect(isCaughtUp([...broken, at(31, LIST)], BACK_AT)).toBe(true);
  });

  it("for looks that were answered, after the last process was back", () => {
    expect(isCaughtUp([at(1, LIST), at(16, LIST, 500)], BACK_AT)).toBe(false);
    expect(isCaughtUp([at(1, LIST), at(16, LIST)], "2026-11-20T10:00:05.000Z")).toBe(false);
  });
});
