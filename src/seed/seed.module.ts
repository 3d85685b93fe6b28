import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { BrowserSessionsModule } from '../browser-sessions/browser-sessions.module';
import { KeysModule } from '../keys/keys.module';
import { TokensModule } from '../tokens/tokens.module';
import { UsersModule } from '../users/users.module';
import { ApiTokenSeeder } from './api-token-seeder';
import { ClientSeeder } from './client-seeder';
import { FirstStart } from './first-start';
import { PlatformSeeder } from './platform-seeder';
import { UserSeeder } from './user-seeder';
import { WorldSeeder } from './world-seeder';

@Module({
  imports: [AuditModule, BrowserSessionsModule, KeysModule, TokensModule, UsersModule],
  providers: [ApiTokenSeeder, UserSeeder, ClientSeeder, WorldSeeder, PlatformSeeder, FirstStart],
  exports: [FirstStart, WorldSeeder],
})
export class SeedModule {}
