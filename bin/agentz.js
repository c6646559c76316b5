#!/usr/bin/env node
import { start } from "../dist/agentz.js";

process.exitCode = await start();
