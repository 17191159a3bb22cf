import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Many tests wait for processes of their own most of the time: one more than there are cores keeps these busy.
    maxWorkers: 3,
  },
});
