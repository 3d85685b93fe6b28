import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DomainEntity } from './domain.entity';
import { PasswordHasher } from './password-hasher';
import { UserEntity } from './user.entity';

@Module({
  imports: [TypeOrmModule.forFeature([DomainEntity, UserEntity])],
  providers: [PasswordHasher],
  exports: [PasswordHasher],
})
export class UsersModule {}
