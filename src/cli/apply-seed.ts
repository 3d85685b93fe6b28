import type { Configuration } from '../config/configuration';
import { readWorldFile } from '../seed/read-world';
import type { SeedReport } from '../seed/seed-report';
import { WorldSeeder } from '../seed/world-seeder';
import { withService } from './with-service';

/**
 * Applies a seed file to the database of the settings.
 * @returns what to print
 * @throws {SeedFileError}
 */
export async function applySeed(
  configuration: Configuration,
  file: string,
  { update, json }: { update: boolean; json: boolean },
): Promise<string> {
  const world = await readWorldFile(file);
  const report = await withService(
    configuration,
    (service) => service.get(WorldSeeder).apply(world, file, { update }),
    { mayBegin: true },
  );
  return json ? asJson(report) : asText(report);
}

function asJson({ created, changed, different, generatedSecrets }: SeedReport): string {
  return `${JSON.stringify({ created, changed, different, generatedSecrets: Object.fromEntries(generatedSecrets) })}\n`;
}

function asText({ created, changed, different, generatedSecrets }: SeedReport): string {
  const lines = [
    ...created.map((thing) => `created ${thing}`),
    ...changed.map((thing) => `changed ${thing}`),
    ...different.map((thing) => `differs, left as it is (--update changes it): ${thing}`),
    ...[...generatedSecrets].map(([client, secret]) => `secret of ${client}, shown only now: ${secret}`),
  ];
  return lines.length === 0 ? 'Nothing to do.\n' : `${lines.join('\n')}\n`;
}
