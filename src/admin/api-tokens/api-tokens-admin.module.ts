import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiTokenEntity } from '../../api-tokens/api-token.entity';
import { KeysModule } from '../../keys/keys.module';
import { MembershipEntity } from '../../users/membership.entity';
import { AdministrationModule } from '../administration.module';
import { ApiTokenMaker } from './api-token-maker';
import { ApiTokensAdministration } from './api-tokens-administration';
import { ApiTokensController } from './api-tokens.controller';

@Module({
  imports: [TypeOrmModule.forFeature([ApiTokenEntity, MembershipEntity]), AdministrationModule, KeysModule],
  controllers: [ApiTokensController],
  providers: [ApiTokenMaker, ApiTokensAdministration],
})
export class ApiTokensAdminModule {}
