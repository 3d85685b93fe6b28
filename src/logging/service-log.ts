import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';

/** What Nest tells of itself while it starts: of use to who debugs the wiring, noise to all others. */
const NEST_CONTEXTS = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'TypeOrmModule',
]);

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/**
 * Structured log: one JSON object a line.
 * @param dest file descriptor; the standard output unless told
 */
export function serviceLog(level: string, dest: number = process.stdout.fd): Logger {
  // Written at once: lines stay in order with what else is printed, and none is lost when the process ends.
  const output = pino.destination({ dest, sync: true });
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, output);
}

/** Nest's logger over pino. An object as message becomes the line's members; `msg` is its text. */
export class NestLog implements LoggerService {
  constructor(private readonly log_: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    const noise = typeof context === 'string' && NEST_CONTEXTS.has(context);
    this.write(noise ? 'debug' : 'info', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** @param rest what Nest puts behind a message: a stack perhaps, then the context */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const [context, stack] = [...rest].reverse();
    const members = {
      ...(typeof context === 'string' ? { context } : {}),
      ...(typeof stack === 'string' ? { stack } : {}),
    };
    if (message instanceof Error) this.log_[level]({ ...members, stack: message.stack }, message.message);
    else if (typeof message === 'object' && message !== null) this.log_[level]({ ...members, ...message });
    else this.log_[level](members, String(message));
  }
}
