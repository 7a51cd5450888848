-- Where an attachment that is a picture is kept, as the contract writes it.
alter table gateway.attachments add column picture json;
