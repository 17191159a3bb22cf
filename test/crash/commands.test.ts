import { describe } from "vitest";

import { commands, endsAsIfNothingHadHappened } from "./story.ts";

describe("kill -9 after each change (between any two steps with CRASH_POINTS=all)", () => {
  endsAsIfNothingHadHappened(commands);
});
