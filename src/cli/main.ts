#!/usr/bin/env node
import { answer } from "./sub-commands.ts";

process.exitCode = await answer(process.argv.slice(2));
