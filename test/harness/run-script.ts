import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { transformFileSync } from '@swc/core';

// Debian's own, which sees Debian's packages: the first python3 of PATH may be another.
const PYTHON = '/usr/bin/python3';
// Inside node_modules, so that what is compiled finds its packages.
const CACHE = path.resolve(__dirname, '../../node_modules/.cache/gatehouse-test-scripts');
const ENDS_WITHIN_MS = 20_000;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a Python script, or an ES module of TypeScript by plain Node without Jest. `env` is all that it gets. */
export async function runScript(file: string, env: Record<string, string>): Promise<Ended> {
  if (file.endsWith('.py')) return run(PYTHON, ['-B', file], env);
  fs.mkdirSync(CACHE, { recursive: true });
  const compiled = path.join(CACHE, `${path.basename(file, '.mts')}-${process.pid}.mjs`);
  const { code } = transformFileSync(file, {
    swcrc: false,
    module: { type: 'es6' },
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
  });
  fs.writeFileSync(compiled, code);
  try {
    return await run(process.execPath, [compiled], env);
  } finally {
    fs.rmSync(compiled);
  }
}

/** Fails with what to install when a Python module is missing: a test that is skipped proves nothing. */
export async function requirePythonModule(name: string, debianPackage: string): Promise<void> {
  const { code, output } = await run(PYTHON, ['-c', `import ${name}`], {}).catch((error: unknown) => ({
    code: null,
    output: String(error),
  }));
  if (code === 0) return;
  throw new Error(`This test needs Debian's ${debianPackage}: apt-get install ${debianPackage}\n${output}`);
}

async function run(program: string, args: string[], env: Record<string, string>): Promise<Ended> {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: ENDS_WITHIN_MS,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  await once(child, 'close');
  return { code: child.exitCode, output };
}
