import { Command, InvalidArgumentError } from 'commander';
import { type Anchor, AuditVerifier } from '../audit/audit-verifier';
import { printThing } from './output';
import type { RunWithService } from './with-service';

interface Json {
  readonly json: boolean;
}

/** `gatehouse audit`. */
export function auditCommand(run: RunWithService): Command {
  const withVerifier = <T>(work: (verifier: AuditVerifier) => Promise<T>): Promise<T> =>
    run((service) => work(service.get(AuditVerifier, { strict: false })));
  const audit = new Command('audit').description('The chain of hashes over the audit trail.');
  audit
    .command('verify')
    .description('Verify that the audit trail is what was sealed. Else name the first broken link, with exit code 1.')
    .option('--since <anchor>', 'only what follows this seal, and that the seal is still there: <seal>:<hash>', anchor)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  gatehouse audit verify --since "$(cat yesterday)"')
    .action(async ({ since, json }: Json & { since?: Anchor }) => {
      const found = await withVerifier((verifier) => verifier.verify(since));
      if (!found.intact) process.exitCode = 1;
      printThing(found.intact ? { ...found, head: anchorOf(found.head) } : found, json);
    });
  audit
    .command('head')
    .description('Print the newest seal as <seal>:<hash>, to keep where nobody who can write to the database can.')
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  gatehouse audit head > today')
    .action(async ({ json }: Json) => {
      const head = await withVerifier((verifier) => verifier.head());
      const text = head === undefined ? null : anchorOf(head);
      if (json) printThing({ head: text, lastEvent: head?.lastEvent, sealedAt: head?.sealedAt }, true);
      else if (text !== null) process.stdout.write(`${text}\n`);
    });
  return audit;
}

function anchorOf({ id, hash }: Anchor): string {
  return `${id}:${hash}`;
}

function anchor(text: string): Anchor {
  const [, id, hash] = /^(\d{1,18}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (id === undefined || hash === undefined) throw new InvalidArgumentError('It has to be <seal>:<hash>.');
  return { id, hash };
}
