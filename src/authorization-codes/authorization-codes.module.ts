import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KeysModule } from '../keys/keys.module';
import { AuthorizationCodeEntity } from './authorization-code.entity';
import { AuthorizationCodes } from './authorization-codes';

@Module({
  imports: [TypeOrmModule.forFeature([AuthorizationCodeEntity]), KeysModule],
  providers: [AuthorizationCodes],
  exports: [AuthorizationCodes],
})
export class AuthorizationCodesModule {}
