import { describe } from "vitest";

import { endsAsIfNothingHadHappened, start } from "./story.ts";

describe("kill -9 after each change (between any two steps with CRASH_POINTS=all)", () => {
  endsAsIfNothingHadHappened(start, { every: 2, from: 0 });
});
