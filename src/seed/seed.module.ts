import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { KeysModule } from '../keys/keys.module';
import { UsersModule } from '../users/users.module';
import { ApiTokenSeeder } from './api-token-seeder';
import { ClientSeeder } from './client-seeder';
import { FirstStart } from './first-start';
import { PlatformSeeder } from './platform-seeder';
import { UserSeeder } from './user-seeder';
import { WorldSeeder } from './world-seeder';

@Module({
  imports: [AuditModule, KeysModule, UsersModule],
  providers: [ApiTokenSeeder, UserSeeder, ClientSeeder, WorldSeeder, PlatformSeeder, FirstStart],
  exports: [FirstStart, WorldSeeder],
})
export class SeedModule {}
