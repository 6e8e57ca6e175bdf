@echo off
rem Starts the policy pack as one executable: pulumi preview --policy-pack path\to\this\file
node "%~dp0..\..\dist\policies\pack\main.js" %*
