import 'reflect-metadata';
import { Command } from 'commander';
import { readConfiguration } from '../config/configuration';
import { reasonToStop } from '../reason-to-stop';
import { applySeed } from './apply-seed';

const program = new Command('gatehouse')
  .description('Administers Gatehouse. Reads the same settings as the service: see docs/configuration.md.')
  .showHelpAfterError();

program
  .command('seed')
  .description('Make the world that a seed file declares: what is missing is created, what differs is reported.')
  .argument('<file>', 'YAML or JSON, see docs/seed-file.md')
  .option('--update', 'change what differs, too', false)
  .option('--json', 'print the report as JSON', false)
  .addHelpText('after', '\nExample:\n  npm run gatehouse -- seed world.yaml --update')
  .action(async (file: string, options: { update: boolean; json: boolean }) => {
    process.stdout.write(await applySeed(readConfiguration(process.env), file, options));
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${reasonToStop(error)}\n`);
  process.exitCode = 1;
});
