import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrgEntity } from '../../orgs/org.entity';
import { UsersModule } from '../../users/users.module';
import { LoggedIn } from './logged-in';
import { LoggedInController } from './logged-in.controller';

@Module({
  imports: [TypeOrmModule.forFeature([OrgEntity]), UsersModule],
  controllers: [LoggedInController],
  providers: [LoggedIn],
})
export class LoggedInModule {}
