#!/bin/sh
# The server fills config/docker.yaml from its environment by itself.
exec ./ui-server --env docker start
