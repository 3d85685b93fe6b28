import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module';
import { AdministrationModule } from '../administration.module';
import { OrgsAdminModule } from '../orgs/orgs-admin.module';
import { AccountAdministration } from './account-administration';
import { MemberAdministration } from './member-administration';
import { MemberDirectory } from './member-directory';
import { MemberRemoval } from './member-removal';
import { RoleAdministration } from './role-administration';
import { RoleDirectory } from './role-directory';
import { RolesController } from './roles.controller';
import { UsersController } from './users.controller';

@Module({
  imports: [AdministrationModule, OrgsAdminModule, UsersModule],
  controllers: [UsersController, RolesController],
  providers: [
    AccountAdministration,
    MemberAdministration,
    MemberDirectory,
    MemberRemoval,
    RoleAdministration,
    RoleDirectory,
  ],
})
export class UsersAdminModule {}
