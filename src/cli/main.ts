import 'reflect-metadata';
import { Command } from 'commander';
import { readConfiguration } from '../config/configuration';
import { reasonToStop } from '../reason-to-stop';
import { administratorCommand } from './administrator.command';
import { applySeed } from './apply-seed';
import { auditCommand } from './audit.command';
import { clientsCommand } from './clients.command';
import { keysCommand } from './keys.command';
import { loginsCommand } from './logins.command';
import { orgsCommand } from './orgs.command';
import { partitionsCommand } from './partitions.command';
import { tokensCommand } from './tokens.command';
import { usersCommand } from './users.command';
import { type RunWithService, withService } from './with-service';

const run: RunWithService = (work) => withService(readConfiguration(process.env), work);

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

program
  .command('migrate')
  .description('Bring the database to the schema of this version. The service does so at its start, too.')
  .action(() => withService(readConfiguration(process.env), () => Promise.resolve(), { mayBegin: true }));

program.addCommand(keysCommand(run));
program.addCommand(orgsCommand(run));
program.addCommand(clientsCommand(run));
program.addCommand(usersCommand(run));
program.addCommand(loginsCommand(run));
program.addCommand(tokensCommand(run));
program.addCommand(administratorCommand(run));
program.addCommand(auditCommand(run));
program.addCommand(partitionsCommand(run));

program.parseAsync().catch((error: unknown) => {
  // Nest gives no handle on a service that did not come up: its idle connections would keep the process for ten seconds.
  process.stderr.write(`${reasonToStop(error)}\n`, () => process.exit(1));
});
