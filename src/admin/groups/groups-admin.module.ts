import { Module } from '@nestjs/common';
import { AdministrationModule } from '../administration.module';
import { OrgsAdminModule } from '../orgs/orgs-admin.module';
import { GroupMembers } from './group-members';
import { GroupMembersController } from './group-members.controller';
import { GroupsAdministration } from './groups-administration';
import { GroupsController } from './groups.controller';

@Module({
  imports: [AdministrationModule, OrgsAdminModule],
  controllers: [GroupsController, GroupMembersController],
  providers: [GroupMembers, GroupsAdministration],
})
export class GroupsAdminModule {}
