import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrgEntity } from '../../orgs/org.entity';
import { AdministrationModule } from '../administration.module';
import { OrgsAdministration } from './orgs-administration';
import { OrgsController } from './orgs.controller';

@Module({
  imports: [TypeOrmModule.forFeature([OrgEntity]), AdministrationModule],
  controllers: [OrgsController],
  providers: [OrgsAdministration],
  exports: [OrgsAdministration],
})
export class OrgsAdminModule {}
