import { Module } from '@nestjs/common';
import { AdministrationModule } from '../admin/administration.module';
import { AuditModule } from '../audit/audit.module';
import { GrantsModule } from '../grants/grants.module';
import { KeysModule } from '../keys/keys.module';
import { UsersModule } from '../users/users.module';
import { AdministratorAccount } from './administrator-account';
import { ApiTokenSeeder } from './api-token-seeder';
import { ClientSeeder } from './client-seeder';
import { FirstStart } from './first-start';
import { PlatformSeeder } from './platform-seeder';
import { UserSeeder } from './user-seeder';
import { WorldSeeder } from './world-seeder';

@Module({
  imports: [AdministrationModule, AuditModule, GrantsModule, KeysModule, UsersModule],
  providers: [AdministratorAccount, ApiTokenSeeder, UserSeeder, ClientSeeder, WorldSeeder, PlatformSeeder, FirstStart],
  exports: [AdministratorAccount, FirstStart, WorldSeeder],
})
export class SeedModule {}
