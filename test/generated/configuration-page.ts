import type { z } from 'zod';
import type { environmentSchema } from '../../src/config/config.schema';

/** docs/configuration.md, from the schema that reads the settings. */
export function configurationPage(schema: typeof environmentSchema): string {
  const rows = Object.entries(schema.shape).map(
    ([name, setting]) =>
      `| \`${name}\` | ${defaultOf(setting)} | ${(setting.description ?? '').replaceAll('|', '\\|')} |`,
  );
  return `# Settings

<!-- Generated from src/config/config.schema.ts by npm run generate. -->

Gatehouse reads its settings from the environment, once, at start. A variable that is set but empty counts as absent.
With a setting missing or wrong it does not start: it names every fault at once, and never repeats a value.

| name | default | meaning |
| --- | --- | --- |
${rows.join('\n')}

In production (\`NODE_ENV=production\`) \`DATABASE_URL\` and \`KEY_ENCRYPTION_KEY\` have no default.
`;
}

function defaultOf(setting: z.ZodType): string {
  const parsed = setting.safeParse(undefined);
  if (!parsed.success || parsed.data === undefined) return '';
  const value: unknown = parsed.data;
  return Array.isArray(value) ? 'none' : `\`${String(value)}\``;
}
