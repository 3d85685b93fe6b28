import { Logger } from '@nestjs/common';
import { AbstractLogger, type LogLevel, type LogMessage } from 'typeorm';

/** Hands what TypeORM has to say to the service's log. Statements and their parameters, which hold secrets, are not said. */
export class DatabaseLogger extends AbstractLogger {
  private readonly logger = new Logger('Database');

  constructor() {
    super(['warn', 'migration']);
  }

  protected writeLog(
    level: LogLevel,
    logMessage: LogMessage | string | number | (LogMessage | string | number)[],
  ): void {
    for (const message of this.prepareLogMessages(logMessage)) {
      if (level === 'warn' || message.type === 'warn') this.logger.warn(String(message.message));
      else this.logger.log(String(message.message));
    }
  }
}
