s/"paused": false/"paused": true/
s/I|1767288600|P1D/I|1767243600|P1D/
