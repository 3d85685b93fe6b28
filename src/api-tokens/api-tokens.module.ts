import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KeysModule } from '../keys/keys.module';
import { ApiTokenEntity } from './api-token.entity';
import { ApiTokenStore } from './api-token.store';

@Module({
  imports: [TypeOrmModule.forFeature([ApiTokenEntity]), KeysModule],
  providers: [ApiTokenStore],
  exports: [ApiTokenStore],
})
export class ApiTokensModule {}
