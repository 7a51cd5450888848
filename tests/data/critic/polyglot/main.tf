terraform {
  required_version = ">= 1.5"
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

resource "aws_s3_bucket" "files" {
  bucket = "files-${var.region}"

  tags = {
    Name = "files"
  }
}

output "names" {
  value = [for tag in aws_s3_bucket.files.tags : upper(tag)]
}
