import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SigningKeyEntity } from '../../keys/signing-key.entity';
import { SigningKeysAdministration } from './signing-keys-administration';
import { SigningKeysController } from './signing-keys.controller';

@Module({
  imports: [TypeOrmModule.forFeature([SigningKeyEntity])],
  controllers: [SigningKeysController],
  providers: [SigningKeysAdministration],
})
export class KeysAdminModule {}
