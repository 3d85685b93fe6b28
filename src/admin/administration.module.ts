import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { BrowserSessionsModule } from '../browser-sessions/browser-sessions.module';
import { TokensModule } from '../tokens/tokens.module';
import { Administration } from './administration';
import { Deletions } from './deletions';
import { Endings } from './endings';

/** What the administration of every kind of thing needs. */
@Module({
  imports: [AuditModule, BrowserSessionsModule, TokensModule],
  providers: [Administration, Deletions, Endings],
  exports: [Administration, Deletions, Endings],
})
export class AdministrationModule {}
