import { NestLog, serviceLog } from '../logging/service-log';

/** For people at a terminal: no log but what has gone wrong, and that the command waits. */
export class CommandLog extends NestLog {
  private waits = false;

  constructor() {
    super(serviceLog('error', process.stderr.fd));
  }

  override error(message: unknown, ...rest: unknown[]): void {
    // What Nest says of an error that it throws all the same: the command ends with its reason.
    if (rest.at(-1) !== 'ExceptionHandler') super.error(message, ...rest);
  }

  override warn(message: unknown, ...rest: unknown[]): void {
    if (rest.at(-1) !== 'Database' || this.waits) return super.warn(message, ...rest);
    this.waits = true;
    process.stderr.write(`${String(message)}\nWaiting for it, about a minute at most.\n`);
  }
}
